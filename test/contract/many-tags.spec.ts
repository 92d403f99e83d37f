import * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { type Storage } from '../../src/storage/ports/storage.js';
import { collect, pushImage, repo } from '../../src/storage/contract/fixtures.js';

const { link, mkdtemp, rm, unlink } = promises;
const HOME = repo('team/app');
const MANY = 12_000;

describe('a repository with many tags', () => {
  let path: string;
  let tags: string;
  let storage: Storage;
  /** How often all names of tags were read in one call. */
  let readAtOnce = 0;
  beforeAll(async () => {
    const readdir = (folder: string): Promise<string[]> => {
      if (folder === tags) readAtOnce++;
      return promises.readdir(folder);
    };
    jest.unstable_mockModule('node:fs/promises', () => ({ ...promises, readdir }));
    const { openFilesystemStorage } =
      await import('../../src/storage/filesystem/filesystem-storage.js');
    path = await mkdtemp(join(tmpdir(), 'berth-'));
    storage = openFilesystemStorage({ path, fsync: false });
    await pushImage(storage, HOME, { tags: ['first'] });
    tags = join(path, 'repositories/team+app/tags');
    const [file = ''] = await promises.readdir(tags);
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

  it('lists its tags sorted, also after changes', async () => {
    const before = await listed();
    expect(before).toHaveLength(MANY + 1);
    await unlink(join(tags, 'v000500'));
    await pushImage(storage, HOME, { tags: ['middle', 'v0005000', 'zebra'] });

    const expected = [...before.filter((tag) => tag !== 'v000500'), 'middle', 'v0005000', 'zebra'];
    expect(await listed()).toEqual(expected.sort());
  });

  it('is read in steps after a change, once its tags are cached', async () => {
    for (const tag of ['another', 'and-another', 'one-more']) {
      await pushImage(storage, HOME, { tags: [tag] });
      readAtOnce = 0;
      expect(await listed()).toContain(tag);
      expect(readAtOnce).toBe(0);
    }
  });
});
