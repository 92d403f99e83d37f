import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';

describe('the data directory', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-data-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is created with its missing parents, closed to other users', async () => {
    const path = join(folder, 'a/b/c');

    await openFilesystemStorage({ path }).close();

    for (const made of [path, join(folder, 'a')])
      expect((await stat(made)).mode & 0o777).toBe(0o700);
  });

  it('is refused where nothing can be created', () => {
    expect(() => openFilesystemStorage({ path: '/proc/berth/data' })).toThrow('/proc/berth');
  });

  it('is refused below a file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');

    expect(() => openFilesystemStorage({ path: file })).toThrow(file);
    expect(() => openFilesystemStorage({ path: join(file, 'data') })).toThrow(file);
  });
});
