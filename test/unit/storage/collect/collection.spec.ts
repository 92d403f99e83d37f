import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { Collection } from '../../../../src/upkeep/gc/collection.js';
import { openFilesystemStorage } from '../../../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import {
  chunksOf,
  collect,
  pushBlob,
  pushImage,
  repo,
  uniqueBytes,
} from '../../../../src/storage/contract/fixtures.js';
import { TestRegistry } from '../../../support/registry.js';

const HOME = repo('team/app');
const HOUR_MS = 3_600_000;

describe('a collection', () => {
  let path: string;
  let storage: Storage;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-collection-'));
    storage = openFilesystemStorage({ path });
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  function collection(later = 10_000): Collection {
    const now = () => Date.now() + later;
    return new Collection(storage, {
      graceMs: 0,
      keepUntagged: true,
      uploadTtlMs: HOUR_MS,
      sweepPasses: 1,
      now,
    });
  }

  it.each(['memory', 'filesystem'])(
    'gives up uploads that nobody has written to (%s)',
    async (driver) => {
      const under =
        driver === 'memory'
          ? createMemoryStorage({ maxBytes: 10_000, now: () => Date.now() - 2 * HOUR_MS })
          : storage;
      const { id } = await under.uploads.begin(HOME, 'sha256');
      const held = await under.uploads.open(HOME, id);
      await held.append(chunksOf(uniqueBytes(70)));
      await held.release();
      const run = (later: number) =>
        collect(
          new Collection(under, {
            graceMs: 0,
            keepUntagged: true,
            uploadTtlMs: HOUR_MS,
            sweepPasses: 1,
            now: () => Date.now() + later,
          }).run(),
        );
      if (driver === 'filesystem') expect(await run(0)).toEqual([]);
      expect(await run(2 * HOUR_MS)).toEqual([
        { repository: HOME, kind: 'uploads', id, size: 70, freed: 70 },
      ]);
      expect(await under.uploads.find(HOME, id)).toBeUndefined();
    },
  );

  it('frees content that a crash left without a claim', async () => {
    const digest = await pushBlob(storage, HOME, uniqueBytes(90));
    await rm(join(path, 'repositories/team+app/blobs/sha256', digest.hex));
    expect(await collect(collection().run())).toEqual([{ kind: 'content', freed: 90 }]);
    expect(await readdir(join(path, 'blobs/sha256', digest.hex.slice(0, 2)))).toEqual([]);
  });

  it('tidies what crashes left, once it is old, and nothing that is at work', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    const home = join(path, 'repositories/team+app');
    const old = new Date(Date.now() - 3 * HOUR_MS);
    await mkdir(join(home, 'pending'), { recursive: true });
    await mkdir(join(path, 'uploads/team+app/01234567-89ab-cdef-0123-456789abcdef'), {
      recursive: true,
    });
    for (const file of [
      'pending/dead',
      'tags/~dead',
      'manifests/sha256/~dead',
      'blobs/sha256/~dead',
    ]) {
      await writeFile(join(home, file), 'torn');
      await utimes(join(home, file), old, old);
    }
    await writeFile(join(home, 'pending/young'), '{');
    await writeFile(join(home, 'tags/~young'), '{');
    await collect(collection(0).run());
    expect(await readdir(join(home, 'pending'))).toEqual(['young']);
    expect((await readdir(join(home, 'tags'))).sort()).toEqual(['1.0', '~young']);
    for (const kind of ['manifests', 'blobs']) {
      expect(await readdir(join(home, kind, 'sha256'))).not.toContain('~dead');
    }
    await collect(collection(3 * HOUR_MS).run());
    expect(await readdir(join(path, 'uploads'))).toEqual([]);
  });

  it('gives a tag its name back that a crash left aside', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    const tags = join(path, 'repositories/team+app/tags');
    const record = JSON.stringify({
      mediaType: 'a/b',
      digest: `${Digest.of(uniqueBytes(3))}`,
      size: 1,
    });
    await writeFile(join(tags, '~nonce=2.0'), record);
    const old = new Date(Date.now() - 3 * HOUR_MS);
    await utimes(join(tags, '~nonce=2.0'), old, old);
    await collect(collection(0).run());
    expect((await readdir(tags)).sort()).toEqual(['1.0', '2.0']);
  });

  it('passes over a repository in which nothing has changed', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const again = collection();
    // The first pass removes the empty places of the push, the second sees that nothing changed since.
    expect(await collect(again.run())).toEqual([]);
    expect(await collect(again.run())).toEqual([]);
    let looks = 0;
    const { tags } = storage;
    const list = tags.list.bind(tags);
    tags.list = (...args) => {
      looks++;
      return list(...args);
    };
    expect(await collect(again.run())).toEqual([]);
    expect(looks).toBe(0);
    const loose = await pushBlob(storage, HOME, uniqueBytes(5));
    expect(await collect(again.run())).toMatchObject([{ digest: loose }]);
    expect(looks).toBeGreaterThan(0);
  });
});

describe('the registry', () => {
  it('collects by itself, and goes on to serve', async () => {
    const path = await mkdtemp(join(tmpdir(), 'berth-scheduled-'));
    const registry = await TestRegistry.start({
      REGISTRY_STORAGE_PATH: path,
      REGISTRY_GC_INTERVAL: '200ms',
      REGISTRY_GC_GRACE: '0s',
    });
    try {
      const image = await registry.pushImage('team/app', '1.0');
      const loose = await registry.pushBlob('team/loose', uniqueBytes(10));
      const deadline = Date.now() + 5_000;
      const isThere = async () =>
        (await registry.http.head(`/v2/team/loose/blobs/${loose}`)).status === 200;
      while ((await isThere()) && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await isThere()).toBe(false);
      await registry.http.get(`/v2/team/app/blobs/${Digest.of(image.config)}`).expect(200);
    } finally {
      await registry.stop();
      await rm(path, { recursive: true, force: true });
    }
  });
});
