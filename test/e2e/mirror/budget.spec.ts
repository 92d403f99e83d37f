import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { MirrorSizes } from '../../../src/mirror/eviction/mirror-sizes.js';
import {
  buildImage,
  collect,
  repo,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { pull } from '../../support/mirror/pulling.js';
import { sumOf } from '../../support/metrics.js';
import { until } from '../../support/until.js';

// Before content is removed, it must not be used for a second.
jest.setTimeout(30_000);

const MIB = 1024 ** 2;
const LAYER_BYTES = 450_000;

/** Two of these images fit into the budget beside the pinned one. */
const TAGS = ['1', '2', '3', '4', '5', '6', '7'];

/** More than fit. */
const LOOPED = ['1', '2', '3', '4'];

/** How much later than now a last-used time may be. */
const END_OF_SECOND_MS = 1_000;

const REPOSITORIES = ['library/alpine', 'library/pinned'];

describe.each(['filesystem', 'memory'])('a mirror with a budget (%s)', (driver) => {
  let mirror: MirrorOfHub;
  const images = new Map<string, BuiltImage>();
  beforeAll(async () => {
    mirror = await MirrorOfHub.start({
      keys: ", keep: { bytes: 1MiB }, pin: ['library/pinned:1']",
      environment: {
        REGISTRY_STORAGE_DRIVER: driver,
        // Nothing is kept because it was used just now.
        REGISTRY_GC_GRACE: '0s',
        REGISTRY_GC_INTERVAL: '0s',
      },
    });
    for (const name of TAGS) add('library/alpine', name, LAYER_BYTES);
    add('library/pinned', '1', 60_000);
  });
  afterAll(() => mirror.stop());

  function add(repository: string, name: string, bytes: number): void {
    const image = buildImage([uniqueBytes(bytes)]);
    mirror.hub.content.add(repository, image, name);
    images.set(`${repository}:${name}`, image);
  }

  /** Pulls an image with its blobs, and resolves to whether all of it came, and is right. */
  async function pullsWhole(name: string, repository = 'library/alpine'): Promise<boolean> {
    const { registry } = mirror;
    const image = images.get(`${repository}:${name}`);
    const path = `/v2/docker.io/${repository}`;
    const manifest = await pull(registry, `${path}/manifests/${name}`);
    if (image === undefined || !manifest.body.equals(image.bytes)) return false;
    for (const blob of [image.config, ...image.layers]) {
      const { isWhole, body } = await pull(registry, `${path}/blobs/${Digest.of(blob)}`);
      if (!isWhole || !Digest.of(body).equals(Digest.of(blob))) return false;
    }
    return true;
  }

  /** Collects again and again, and so evicts, until a condition holds. */
  async function collectUntil(isSo: () => boolean | Promise<boolean>): Promise<void> {
    await until(async () => {
      await mirror.registry.writeUsage();
      // It refuses to collect while a collection runs.
      await mirror.registry.http.post('/api/v1/gc/run');
      return isSo();
    });
  }

  async function storedBytes(): Promise<number> {
    const { statistics } = mirror.registry.storage;
    const figures = await Promise.all(
      REPOSITORIES.map((name) => statistics.measure(repo(`docker.io/${name}`))),
    );
    return figures.reduce((sum, one) => sum + (one?.logicalBytes ?? 0), 0);
  }

  async function storedTags(): Promise<string[]> {
    const tags = mirror.registry.storage.tags.list(repo('docker.io/library/alpine'));
    return (await collect(tags)).map(String);
  }

  it('never lets a pull fail while content is removed', async () => {
    let ended = false;
    const failed: string[] = [];
    const loop = async (): Promise<void> => {
      for (let pulls = 0; !ended; pulls++) {
        const name = LOOPED[pulls % LOOPED.length] ?? '1';
        if (!(await pullsWhole(name))) failed.push(name);
        // What was used within this second is not removed.
        await delay(END_OF_SECOND_MS / 2);
      }
    };
    const loops = [loop(), loop()];
    try {
      // Each image comes from the upstream again only if it was removed.
      await collectUntil(() => mirror.hub.pulls > LOOPED.length);
    } finally {
      ended = true;
      await Promise.all(loops);
    }

    expect(failed).toEqual([]);
    expect(mirror.log.text).toMatch(
      /docker\.io: \d+ manifests? evicted, \d+ bytes to be collected/,
    );
  });

  it('fits into it after a collection, with what was pulled last and what is pinned whole', async () => {
    expect(await pullsWhole('1', 'library/pinned')).toBe(true);
    for (const name of [...TAGS, '2']) expect(await pullsWhole(name)).toBe(true);
    expect(await storedBytes()).toBeGreaterThan(3 * MIB);
    await delay(END_OF_SECOND_MS);

    await collectUntil(async () => (await storedBytes()) <= MIB);

    expect(await storedTags()).toEqual(['2', '7']);
    const sizes = new MirrorSizes(mirror.registry.storage);
    await until(async () => ((await sizes.of('docker.io'))?.bytes ?? Infinity) <= MIB);
    const counted = sumOf(await mirror.metrics.text(), 'berth_mirror_cached_bytes', 'docker.io');
    expect(counted).toBe((await sizes.of('docker.io'))?.bytes);
    await mirror.hub.stop();
    try {
      expect(await pullsWhole('2')).toBe(true);
      expect(await pullsWhole('7')).toBe(true);
      expect(await pullsWhole('1', 'library/pinned')).toBe(true);
      const gone = await pull(mirror.registry, '/v2/docker.io/library/alpine/manifests/1');
      expect(gone.status).toBe(503);
    } finally {
      await mirror.hub.restart();
    }
  });
});
