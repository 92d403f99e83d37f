import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type ContentSettings } from '../../../src/config/sections/content.settings.js';
import { loadSettings } from '../../../src/config/settings.js';
import { Digest } from '../../../src/domain/digest.js';
import { UploadsService } from '../../../src/oci/uploads/uploads.service.js';
import { collect, pushBlob, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';

const REPOSITORIES = 1_200;

describe('the holders of a blob among many repositories', () => {
  let path: string;
  let storage: Storage;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-holders-'));
    storage = openFilesystemStorage({ path, fsync: false });
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  it('are looked for in 1,000 repositories at most', async () => {
    const bytes = uniqueBytes(10);
    for (let count = 0; count < REPOSITORIES; count++) {
      await pushBlob(storage, repo(`team/app-${count}`), bytes);
    }
    const holders = await collect(storage.blobs.holders(Digest.of(bytes)));
    expect(new Set(holders).size).toBe(holders.length);
    expect(holders.length).toBeGreaterThanOrEqual(1_000);
    expect(holders.length).toBeLessThanOrEqual(1_001);
  });

  it('include the last one that claimed it', async () => {
    for (let count = 0; count < REPOSITORIES; count++) {
      await pushBlob(storage, repo(`team/app-${count}`), uniqueBytes(1));
    }
    const bytes = uniqueBytes(10);
    for (const name of ['team/x', 'team/y', 'team/z']) {
      await pushBlob(storage, repo(name), bytes);
      const [first] = await collect(storage.blobs.holders(Digest.of(bytes)));
      expect(first).toBe(name);
    }
    await storage.blobs.unlink(repo('team/z'), Digest.of(bytes));
    expect(await collect(storage.blobs.holders(Digest.of(bytes)))).not.toContain('team/z');
  });
});

describe('a mount without a source', () => {
  const settings: ContentSettings = loadSettings({}).content;

  it('does not look at other repositories if the target has the blob', async () => {
    const storage = createMemoryStorage({ maxBytes: 1_000_000 });
    const digest = await pushBlob(storage, repo('team/app'), uniqueBytes(10));
    storage.blobs.holders = () => {
      throw new Error('looked at other repositories');
    };
    const uploads = new UploadsService(storage.uploads, storage.blobs, settings);
    expect(await uploads.mount(repo('team/app'), digest, undefined, () => true)).toBe(true);
  });
});
