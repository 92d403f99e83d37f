import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { Collector, type Collected } from '../../src/gc/collector.js';
import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  collect,
  EMPTY_JSON,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
  type BuiltImage,
} from '../support/fixtures.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const HOUR_MS = 3_600_000;

describe.each(['memory', 'filesystem'])('the collector (%s)', (driver) => {
  let storage: Storage;
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-gc-'));
    storage =
      driver === 'memory'
        ? createMemoryStorage({ maxBytes: 10_000_000 })
        : openFilesystemStorage({ path: directory });
  });
  afterEach(async () => {
    await storage.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Collects as if `later` milliseconds had passed. */
  async function run(
    options: {
      keepUntagged?: boolean;
      graceMs?: number;
      later?: number;
      repository?: typeof HOME;
    } = {},
  ): Promise<Collected[]> {
    const { keepUntagged = false, graceMs = 0, later = 10_000, repository = HOME } = options;
    const now = () => Date.now() + later;
    return collect(new Collector(storage, { graceMs, keepUntagged, now }).collect(repository));
  }

  async function isWhole(image: BuiltImage, repository = HOME): Promise<boolean> {
    const blobs = [image.config, ...image.layers].map((bytes) =>
      storage.blobs.stat(repository, Digest.of(bytes)),
    );
    const found = [
      await storage.manifests.stat(repository, image.digest),
      ...(await Promise.all(blobs)),
    ];
    return found.every((one) => one !== undefined);
  }

  it('leaves what a tag leads to, and takes what nothing leads to', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const loose = await pushBlob(storage, HOME, uniqueBytes(50));
    expect(await run()).toEqual([
      expect.objectContaining({
        repository: HOME,
        kind: 'blobs',
        digest: loose,
        size: 50,
        freed: 50,
      }),
    ]);
    expect(await isWhole(image)).toBe(true);
    expect(await storage.blobs.stat(HOME, loose)).toBeUndefined();
    expect(await run()).toEqual([]);
  });

  it.each([true, false])(
    'treats untagged manifests by the setting (kept: %s)',
    async (keepUntagged) => {
      const image = await pushImage(storage, HOME);
      await pushImage(storage, HOME, { tags: ['other'] });
      const collected = await run({ keepUntagged });
      expect(await isWhole(image)).toBe(keepUntagged);
      expect(collected.map(({ kind }) => kind)).toEqual(
        keepUntagged ? [] : ['manifests', 'blobs', 'blobs'],
      );
    },
  );

  it('keeps an index with its images, and takes them level by level with it', async () => {
    const images = [await pushImage(storage, HOME), await pushImage(storage, HOME)];
    const inner = buildIndex(images.map(({ descriptor }) => descriptor));
    await publish(storage, HOME, inner.bytes);
    const outer = buildIndex([inner.descriptor]);
    await publish(storage, HOME, outer.bytes, { tags: ['multi'] });
    expect(await run()).toEqual([]);
    await storage.tags.remove(HOME, tag('multi'));
    const collected = await run();
    expect(collected.map(({ digest }) => `${digest}`).slice(0, 2)).toEqual([
      `${outer.digest}`,
      `${inner.digest}`,
    ]);
    expect(collected).toHaveLength(2 + 2 + 4);
  });

  it('keeps referrers with their subject, and takes them with it', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    await pushBlob(storage, HOME, EMPTY_JSON);
    const signature = await pushArtifact(storage, HOME, image.descriptor);
    const ofSignature = await pushArtifact(storage, HOME, signature.descriptor);
    expect(await run()).toEqual([]);
    expect(await collect(storage.manifests.referrers(HOME, image.digest))).toHaveLength(1);
    await storage.tags.remove(HOME, tag('1.0'));
    await run();
    for (const { digest } of [image, signature, ofSignature]) {
      expect(await storage.manifests.stat(HOME, digest)).toBeUndefined();
      expect(await collect(storage.manifests.referrers(HOME, digest))).toEqual([]);
    }
  });

  it('treats a referrer whose subject never came as an untagged manifest', async () => {
    await pushBlob(storage, HOME, EMPTY_JSON);
    const orphan = await pushArtifact(storage, HOME, buildImage().descriptor);
    expect(await run({ keepUntagged: true })).toEqual([]);
    const collected = await run();
    expect(collected.map(({ kind }) => kind)).toEqual(['manifests', 'referrers', 'blobs']);
    expect(collected[0]?.digest.equals(orphan.digest)).toBe(true);
  });

  it('keeps what a fallback tag of an old client lists', async () => {
    const subject = buildImage().descriptor;
    await pushBlob(storage, HOME, EMPTY_JSON);
    const artifact = buildArtifact(subject, {});
    await publish(storage, HOME, artifact.bytes);
    const fallback = buildIndex([artifact.descriptor]);
    await publish(storage, HOME, fallback.bytes, { tags: [subject.digest.replace(':', '-')] });
    expect(await run()).toEqual([]);
  });

  it('leaves what was used since the grace', async () => {
    await pushImage(storage, HOME);
    expect(await run({ graceMs: HOUR_MS, later: HOUR_MS / 2 })).toEqual([]);
    expect(await run({ graceMs: HOUR_MS, later: 2 * HOUR_MS })).toHaveLength(3);
  });

  it('counts the bytes of a shared layer when its last holder goes', async () => {
    const layer = uniqueBytes(1_000);
    const digest = await pushBlob(storage, HOME, layer);
    await storage.blobs.link(OTHER, digest, HOME);
    expect(await run()).toMatchObject([{ size: 1_000, freed: 0 }]);
    expect(await storage.blobs.stat(OTHER, digest)).toBe(1_000);
    expect(await run({ repository: OTHER })).toMatchObject([{ size: 1_000, freed: 1_000 }]);
  });

  it('lets a repository that holds nothing leave the catalog', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    await storage.tags.remove(HOME, tag('1.0'));
    expect(await storage.catalog.has(HOME)).toBe(true);
    await run();
    expect(await storage.catalog.has(HOME)).toBe(false);
    expect(await collect(storage.garbage.repositories())).toEqual([]);
    await pushImage(storage, HOME, { tags: ['again'] });
    expect(await storage.catalog.has(HOME)).toBe(true);
  });

  it('puts back what a pass that died holds and somebody needs, and finishes the rest', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const loose = await pushBlob(storage, HOME, uniqueBytes(50));
    const garbage = storage.garbage.of(HOME);
    const died = `${Date.now() - 2 * HOUR_MS}-died`;
    for (const kind of ['manifests', 'blobs'] as const) {
      await garbage.setAside(died, await collect(garbage.entries(kind)));
    }
    expect(await run()).toMatchObject([{ digest: loose, freed: 50 }]);
    expect(await isWhole(image)).toBe(true);
    expect(await collect(garbage.aside())).toEqual([]);
  });

  it('does not touch what a pass at work holds, and readers get it all the same', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const garbage = storage.garbage.of(HOME);
    for (const kind of ['manifests', 'blobs'] as const) {
      await garbage.setAside(`${Date.now()}-working`, await collect(garbage.entries(kind)));
    }
    expect(await collect(garbage.entries('blobs'))).toEqual([]);
    expect(await storage.tags.resolve(HOME, tag('1.0'))).toMatchObject({ digest: image.digest });
    expect(await isWhole(image)).toBe(true);
    expect(await collect(garbage.entries('blobs'))).toHaveLength(2);
  });

  it('gives the lease to one collector at a time', async () => {
    const first = await storage.garbage.lease({ forMs: HOUR_MS, idleMs: 0 });
    expect(first?.holds).toBe(true);
    expect(await storage.garbage.lease({ forMs: HOUR_MS, idleMs: 0 })).toBeUndefined();
    await first?.release();
    expect(first?.holds).toBe(false);
    expect(await storage.garbage.lease({ forMs: HOUR_MS, idleMs: HOUR_MS })).toBeUndefined();
    expect(await storage.garbage.lease({ forMs: HOUR_MS, idleMs: 0 })).toMatchObject({
      holds: true,
    });
  });
});
