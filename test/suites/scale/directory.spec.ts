import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collect, pause } from '../../../src/storage/contract/fixtures.js';
import { directoryFailure } from '../../../src/storage/postgres/objects/directory-failures.js';
import { DirectoryObjects } from '../../../src/storage/postgres/objects/directory-objects.js';
import { newObjectId } from '../../../src/storage/postgres/objects/object-id.js';

describe('the objects of a directory', () => {
  let root: string;
  let store: DirectoryObjects;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-objects-'));
    store = new DirectoryObjects(`${root}/`);
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  it('are not opened by a read that nobody begins', async () => {
    const aborted = new AbortController();
    store.read(newObjectId(), { start: 0, end: 9 });
    store.read(newObjectId(), { start: 0, end: 9 }, { signal: aborted.signal });
    aborted.abort();

    // An error of a stream without readers would end the process.
    await pause(50);
  });

  it('leave no file when they cannot be written', async () => {
    const id = newObjectId();
    const parts = await store.createParts(id);

    await expect(store.completeParts(id, parts, [{ number: 1, etag: '1' }])).rejects.toThrow();

    expect(await readdir(join(root, 'writing'))).toEqual([]);
  });

  it('that a process had not written completely are listed with the open parts, and can be given up', async () => {
    const id = newObjectId();
    await mkdir(join(root, 'writing'));
    await writeFile(join(root, 'writing', id), 'half');

    const [open] = await collect(store.openParts());
    expect(open?.id).toBe(id);
    await store.abortParts(id);

    expect(await readdir(join(root, 'writing'))).toEqual([]);
  });

  it('lists open parts while others are given up', async () => {
    const ids = [newObjectId(), newObjectId()].sort();
    for (const id of ids) await store.createParts(id);
    const listed = store.openParts()[Symbol.asyncIterator]();
    await listed.next();

    for (const id of ids) await store.abortParts(id);

    expect((await listed.next()).done).toBe(true);
  });

  it.each([
    ['ENOSPC', 'storage-full'],
    ['EDQUOT', 'storage-full'],
    ['ESTALE', 'storage-gone'],
    ['EIO', 'storage-gone'],
  ])('report %s of the file system as %s', (code, kind) => {
    expect(directoryFailure(Object.assign(new Error(code), { code }))).toMatchObject({ kind });
  });

  it('report other errors of the file system as they are', () => {
    const error = Object.assign(new Error('no'), { code: 'ENOENT' });

    expect(directoryFailure(error)).toBe(error);
  });
});
