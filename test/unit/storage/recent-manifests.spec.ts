import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { RecentManifests } from '../../../src/storage/filesystem/recent-manifests.js';

const ROOM_FOR_TWO = 2 * (400 + 3);

let root: string;
let recent: RecentManifests;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-recent-'));
  recent = new RecentManifests(ROOM_FOR_TWO);
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Reads the manifest `name` from a file with this content. */
async function read(name: string, content: string): Promise<string | undefined> {
  const file = { path: join(root, name), size: content.length };
  await writeFile(file.path, content);
  const bytes = recent.read(Digest.of(Buffer.from(name)), file);
  return bytes && Buffer.from(bytes).toString();
}

it('returns a manifest without reading its file again', async () => {
  await read('one', 'one');

  expect(await read('one', 'xxx')).toBe('one');
});

it('drops the least recently used manifest', async () => {
  for (const name of ['one', 'two', 'one', 'six']) await read(name, name);

  expect([await read('one', 'xxx'), await read('two', 'xxx')]).toEqual(['one', 'xxx']);
});

it('remembers no bytes with another digest', async () => {
  await read('one', 'bad');

  expect(await read('one', 'one')).toBe('one');
});

it('reads a file whose size has changed', async () => {
  await read('one', 'one');

  expect(await read('one', 'longer')).toBe('longer');
});

it('returns nothing for a file that has just gone and is not remembered', () => {
  expect(recent.read(Digest.of(Buffer.from('one')), { path: join(root, 'one'), size: 3 })).toBe(
    undefined,
  );
});

it('keeps no more memory than the content takes', async () => {
  await read('one', 'one');
  const bytes = recent.read(Digest.of(Buffer.from('one')), { path: '', size: 3 });

  expect(bytes?.buffer.byteLength).toBe(3);
});
