import { mkdtemp, readdir, link, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import { collect, pushImage, repo } from '../../src/storage-contract/fixtures.js';

const HOME = repo('team/app');
const MANY = 12_000;

describe('a repository with many tags', () => {
  let path: string;
  let tags: string;
  let storage: Storage;
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-'));
    storage = openFilesystemStorage({ path, fsync: false });
    await pushImage(storage, HOME, { tags: ['first'] });
    tags = join(path, 'repositories/team+app/tags');
    const [file = ''] = await readdir(tags);
    for (let index = 0; index < MANY; index++) {
      await link(join(tags, file), join(tags, `v${String(index).padStart(6, '0')}`));
    }
  });
  afterAll(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  async function listed(): Promise<string[]> {
    return collect(storage.tags.list(HOME));
  }

  it('lists them sorted, and what changed since the last time', async () => {
    const before = await listed();
    expect(before).toHaveLength(MANY + 1);
    await unlink(join(tags, 'v000500'));
    await pushImage(storage, HOME, { tags: ['middle', 'v0005000', 'zebra'] });

    const expected = [...before.filter((tag) => tag !== 'v000500'), 'middle', 'v0005000', 'zebra'];
    expect(await listed()).toEqual(expected.sort());
  });

  it('keeps nobody waiting while it looks for them anew', async () => {
    await pushImage(storage, HOME, { tags: ['another'] });
    let turns = 0;
    let listing = true;
    const turn = (): void => {
      turns++;
      if (listing) setImmediate(turn);
    };
    setImmediate(turn);
    for await (const tag of storage.tags.list(HOME, 'v')) {
      expect(tag).toBe('v000000');
      break;
    }
    listing = false;

    // A turn for each thousand names at least.
    expect(turns).toBeGreaterThan(MANY / 1_000);
  });
});
