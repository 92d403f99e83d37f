import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';

describe('the readiness of the filesystem storage', () => {
  let path: string;
  let storage: Storage;
  beforeEach(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'berth-ready-')), 'data');
    storage = openFilesystemStorage({ path });
  });
  afterEach(async () => {
    await storage.close();
    await rm(join(path, '..'), { recursive: true, force: true });
  });

  it('is reported if the directory can be read and written, and leaves no file there', async () => {
    const before = await readdir(path);

    await storage.ready?.();
    await storage.writable?.();

    expect(await readdir(path)).toEqual(before);
  });

  it('is lost when the directory is missing, and returns with it', async () => {
    await rename(path, `${path}-away`);
    await expect(storage.ready?.()).rejects.toThrow('is it still mounted?');
    await expect(storage.writable?.()).rejects.toThrow('is it still mounted?');

    await rename(`${path}-away`, path);
    await storage.ready?.();
    await storage.writable?.();
  });
});
