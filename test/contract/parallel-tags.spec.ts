import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, jest } from '@jest/globals';

import { buildIndex, publish, repo } from '../../src/storage/contract/fixtures.js';
import { Durability } from '../../src/storage/filesystem/disk/durability.js';
import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';

const PUSHES = 100;

it('parallel pushes to one tag write at most two records each', async () => {
  const path = await mkdtemp(join(tmpdir(), 'berth-parallel-'));
  const storage = openFilesystemStorage({ path });
  const files = jest.spyOn(Durability.prototype, 'createFile');
  try {
    const images = Array.from({ length: PUSHES }, () => buildIndex());

    await Promise.all(
      images.map(({ bytes }) => publish(storage, repo('team/app'), bytes, { tags: ['latest'] })),
    );

    // One intent and at most two records for each push.
    expect(files.mock.calls.length).toBeLessThanOrEqual(3 * PUSHES);
  } finally {
    files.mockRestore();
    await storage.close();
    await rm(path, { recursive: true, force: true });
  }
});
