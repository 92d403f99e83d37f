import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, it } from '@jest/globals';

import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { storageContract } from '../../src/storage/contract/storage-contract.js';
import { type Storage } from '../../src/storage/ports/storage.js';

storageContract(
  { describe, it, beforeEach, afterEach },
  'filesystem',
  async (options) => {
    const path = await mkdtemp(join(tmpdir(), 'berth-'));
    const instances: Storage[] = [];
    const open = (): Storage => {
      const instance = openFilesystemStorage({ path, ...options });
      instances.push(instance);
      return instance;
    };
    return {
      storage: open(),
      reopen: () => Promise.resolve(open()),
      dispose: async () => {
        await Promise.all(instances.map((instance) => instance.close()));
        await rm(path, { recursive: true, force: true });
      },
    };
  },
  { uploadReads: true, liveNotes: true },
);
