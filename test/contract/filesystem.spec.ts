import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { describeStorage } from './describe-storage.js';

describeStorage('filesystem', async (options) => {
  const path = await mkdtemp(join(tmpdir(), 'berth-'));
  const open = () => openFilesystemStorage({ path, ...options });
  return {
    storage: open(),
    reopen: () => Promise.resolve(open()),
    dispose: () => rm(path, { recursive: true, force: true }),
  };
});
