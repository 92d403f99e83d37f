import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collect } from '../../../src/storage/contract/fixtures.js';
import { CachedListing } from '../../../src/storage/filesystem/disk/cached-listing.js';
import { allNames } from '../../../src/storage/filesystem/disk/list-names.js';
import { ReadFiles } from '../../../src/storage/filesystem/disk/read-files.js';

/** Longer than a tick of the file system's clock. */
const SETTLE_MS = 40;

describe('what was read from the disk', () => {
  let root: string;
  let reads: number;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-read-files-'));
    reads = 0;
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  describe('of a directory', () => {
    const listing = (maxItems?: number) =>
      new CachedListing<string>({
        maxBytes: 10_000,
        bytesOf: () => 100,
        ...(maxItems !== undefined && { maxItems }),
      });
    async function* names(): AsyncIterable<string> {
      reads++;
      yield* (await allNames(root)).sort();
    }
    const write = async (name: string): Promise<void> => {
      await writeFile(join(root, name), name);
      await delay(SETTLE_MS);
    };

    it('is kept until a file is added, replaced or removed', async () => {
      const cached = listing();
      const found = () => collect(cached.list([root], names));
      await write('a');
      expect([await found(), await found(), reads]).toEqual([['a'], ['a'], 1]);

      await write('b');
      expect([await found(), await found(), reads]).toEqual([['a', 'b'], ['a', 'b'], 2]);

      await rename(join(root, 'b'), join(root, 'a'));
      await delay(SETTLE_MS);
      expect([await found(), await found(), reads]).toEqual([['a'], ['a'], 3]);

      await rm(join(root, 'a'));
      await delay(SETTLE_MS);
      expect([await found(), await found(), reads]).toEqual([[], [], 4]);
    });

    it('is not kept if a file was added while it was read', async () => {
      const cached = listing();
      await write('a');
      const during = async function* (): AsyncIterable<string> {
        yield* names();
        await write('b');
      };
      expect(await collect(cached.list([root], during))).toEqual(['a']);
      expect(await collect(cached.list([root], names))).toEqual(['a', 'b']);
    });

    it('is not kept if nobody read it to the end', async () => {
      const cached = listing();
      for (const name of ['a', 'b']) await write(name);
      for await (const name of cached.list([root], names)) {
        expect(name).toBe('a');
        break;
      }
      expect(await collect(cached.list([root], names))).toEqual(['a', 'b']);
    });

    it('is not kept if it has too many items', async () => {
      const cached = listing(1);
      for (const name of ['a', 'b']) await write(name);
      for (let round = 0; round < 2; round++) await collect(cached.list([root], names));
      expect(reads).toBe(2);
    });
  });

  describe('of files', () => {
    it('is kept until one of them changes, also if one does not exist', async () => {
      const files = new ReadFiles<object>({ maxBytes: 10_000, bytesOf: () => 100 });
      const paths = [join(root, 'a'), join(root, 'b')];
      const read = () => files.get(paths, () => Promise.resolve({ reads: ++reads }));
      expect([await read(), await read()]).toEqual([{ reads: 1 }, { reads: 1 }]);
      for (const path of paths) {
        await writeFile(path, 'content');
        const unsettled = await read();
        await delay(SETTLE_MS);
        expect(await read()).not.toEqual(unsettled);
        expect(await read()).toBe(await read());
      }
    });
  });
});
