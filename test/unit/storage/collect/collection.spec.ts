import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { openFilesystemStorage } from '../../../../src/storage/filesystem/filesystem-storage.js';
import { FileRepositoryGarbage } from '../../../../src/storage/filesystem/repository-garbage.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type CollectionRules } from '../../../../src/storage/ports/collector.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import {
  chunksOf,
  collect,
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  uniqueBytes,
} from '../../../../src/storage/contract/fixtures.js';
import { TestRegistry } from '../../../support/registry.js';
import { storeCollectorOf } from '../../../support/store-collector.js';

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

  /** Runs one pass, as if `aheadMs` milliseconds had passed. */
  function run(aheadMs = 10_000, rules: Partial<CollectionRules> = {}, of = storage) {
    const all = { graceMs: 0, keepUntagged: true, uploadTtlMs: HOUR_MS, thorough: true, ...rules };
    return collect(storeCollectorOf(of).collect({ ...all, clockAheadMs: aheadMs }));
  }

  it('does not keep referrers by a tag that outlived its manifest', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const artifact = await pushArtifact(storage, HOME, image.descriptor);
    // A push can set the tag between the deletion's look at the tags and the removal of the manifest.
    await rm(join(path, 'repositories/team+app/manifests/sha256', image.digest.hex));

    const collected = await run(10_000, { keepUntagged: false });

    const manifests = collected.filter(({ kind }) => kind === 'manifests');
    expect(manifests).toMatchObject([{ digest: artifact.digest }]);
  });

  it.each(['memory', 'filesystem'])('expires uploads without new bytes (%s)', async (driver) => {
    const under = driver === 'memory' ? createMemoryStorage({ maxBytes: 10_000 }) : storage;
    const { id } = await under.uploads.begin(HOME, 'sha256');
    const held = await under.uploads.open(HOME, id);
    await held.append(chunksOf(uniqueBytes(70)));
    await held.release();
    expect(await run(0, {}, under)).toEqual([]);
    expect(await run(2 * HOUR_MS, {}, under)).toEqual([
      { repository: HOME, kind: 'uploads', id, size: 70, freed: 70 },
    ]);
    expect(await under.uploads.find(HOME, id)).toBeUndefined();
  });

  it.each(['memory', 'filesystem'])(
    'expires uploads without any byte sooner (%s)',
    async (driver) => {
      const under = driver === 'memory' ? createMemoryStorage({ maxBytes: 10_000 }) : storage;
      const empty = await under.uploads.begin(HOME, 'sha256');
      const { id } = await under.uploads.begin(HOME, 'sha256');
      const held = await under.uploads.open(HOME, id);
      await held.append(chunksOf(uniqueBytes(70)));
      await held.release();
      expect(await run(HOUR_MS / 2, { emptyUploadTtlMs: HOUR_MS / 4 }, under)).toEqual([
        { repository: HOME, kind: 'uploads', id: empty.id, size: 0, freed: 0 },
      ]);
      expect(await under.uploads.find(HOME, id)).toBeDefined();
    },
  );

  it('frees content that a crash left without a claim', async () => {
    const digest = await pushBlob(storage, HOME, uniqueBytes(90));
    await rm(join(path, 'repositories/team+app/blobs/sha256', digest.hex));
    expect(await run()).toEqual([{ kind: 'content', freed: 90 }]);
    expect(await readdir(join(path, 'blobs/sha256', digest.hex.slice(0, 2)))).toEqual([]);
  });

  it('removes old leftovers of crashes, and keeps recent files of running writers', async () => {
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
    await run(0);
    expect(await readdir(join(home, 'pending'))).toEqual(['young']);
    expect((await readdir(join(home, 'tags'))).sort()).toEqual(['1.0', '~young']);
    for (const kind of ['manifests', 'blobs']) {
      expect(await readdir(join(home, kind, 'sha256'))).not.toContain('~dead');
    }
    await run(3 * HOUR_MS);
    expect(await readdir(join(path, 'uploads'))).toEqual([]);
  });

  it('removes what a crash left of the removal of a tag', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    const tags = join(path, 'repositories/team+app/tags');
    await mkdir(join(tags, '~nonce.d'));
    await writeFile(join(tags, '~nonce.d', 'removed'), '{}');
    const old = new Date(Date.now() - 3 * HOUR_MS);
    await utimes(join(tags, '~nonce.d'), old, old);
    await run(0);
    expect(await readdir(tags)).toEqual(['1.0']);
  });

  it('skips a repository in which nothing has changed', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    // The first pass removes empty directories of the push. The second one finds no change.
    expect(await run()).toEqual([]);
    expect(await run()).toEqual([]);
    const looks = jest.spyOn(FileRepositoryGarbage.prototype, 'intents');
    expect(await run()).toEqual([]);
    expect(looks).not.toHaveBeenCalled();
    const loose = await pushBlob(storage, HOME, uniqueBytes(5));
    expect(await run()).toMatchObject([{ digest: loose }]);
    expect(looks).toHaveBeenCalled();
    looks.mockRestore();
  });

  it('collects an unchanged repository again once the rules no longer keep untagged manifests', async () => {
    const image = await pushImage(storage, HOME);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await run()).toEqual([]);
    expect(await run()).toEqual([]);

    const collected = await run(10_000, { keepUntagged: false });

    expect(collected).toHaveLength(3);
    expect(collected).toMatchObject([{ digest: image.digest }, {}, {}]);
  });

  it('counts a blob as shared at most sixteen passes after another repository has mounted it', async () => {
    const layer = uniqueBytes(50);
    await pushImage(storage, HOME, { tags: ['1.0'], layers: [layer] });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const rules = { graceMs: 0, keepUntagged: true, uploadTtlMs: HOUR_MS };
    const shared = async () => {
      const pass = await storeCollectorOf(storage).collect(rules).next();
      return pass.done === true ? pass.value.repositories.get(HOME)?.sharedBytes : undefined;
    };
    // The first pass removes empty directories, so the second one is the first that is remembered.
    expect([await shared(), await shared()]).toEqual([0, 0]);

    await pushImage(storage, repo('team/other'), { tags: ['1.0'], layers: [layer] });

    const seen: (number | undefined)[] = [];
    for (let pass = 0; pass < 16; pass++) seen.push(await shared());
    expect([seen[0], seen.at(-1)]).toEqual([0, 50]);
  });
});

describe('an upload whose client continues while it is collected', () => {
  it('keeps its bytes', async () => {
    const storage = createMemoryStorage({ maxBytes: 10_000 });
    const first = await storage.uploads.begin(HOME, 'sha256');
    const second = await storage.uploads.begin(HOME, 'sha256');
    const rules = { graceMs: 0, keepUntagged: true, uploadTtlMs: 0, clockAheadMs: HOUR_MS };
    const pass = storeCollectorOf(storage).collect(rules);
    expect((await pass.next()).value).toMatchObject({ kind: 'uploads', id: first.id });

    const held = await storage.uploads.open(HOME, second.id);
    await held.append(chunksOf(uniqueBytes(70)));
    await held.release();

    expect(await collect(pass)).toEqual([]);
    expect((await storage.uploads.find(HOME, second.id))?.offset).toBe(70);
  });
});

describe('the registry', () => {
  it('collects garbage at the interval, and keeps serving', async () => {
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

  it('merges the usage after a collection', async () => {
    const registry = await TestRegistry.start({
      REGISTRY_STORAGE_DRIVER: 'memory',
      REGISTRY_GC_INTERVAL: '100ms',
    });
    try {
      const { digest } = await registry.pushImage('team/app');
      await registry.http.get(`/v2/team/app/manifests/${digest}`).expect(200);
      await registry.writeUsage();
      expect((await registry.storage.usage.of(HOME)).size).toBe(1);
      await registry.storage.manifests.remove(HOME, digest);

      // The usage of a manifest that no longer exists is forgotten by a merge.
      const deadline = Date.now() + 5_000;
      const size = async (): Promise<number> => (await registry.storage.usage.of(HOME)).size;
      while ((await size()) > 0 && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await size()).toBe(0);
    } finally {
      await registry.stop();
    }
  });
});
