import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { OCI_IMAGE, OCI_INDEX } from '../../../../src/domain/media-type.js';
import { openFilesystemStorage } from '../../../../src/storage/filesystem/filesystem-storage.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { collect, publish, pushBlob, repo } from '../../../../src/storage/contract/fixtures.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { newPass } from '../../../../src/storage/protocol/collect/passes.js';
import { storeCollectorOf } from '../../../support/store-collector.js';

const HOME = repo('team/app');
const CONFIG = Buffer.from('{}');

/** Two images, of which each is the entry of one index. */
const IMAGES = [1, 2].map((number) =>
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_IMAGE,
      config: {
        mediaType: 'application/vnd.oci.image.config.v1+json',
        digest: Digest.of(CONFIG).toString(),
        size: CONFIG.byteLength,
      },
      layers: [],
      annotations: { n: `e${number}` },
    }),
  ),
);

/** Found by a search of some seconds: the digests of these two indexes begin with the same 48 bits. */
const INDEXES = [indexOf(IMAGES[1], 11_371_089), indexOf(IMAGES[0], 27_418_656)];

function indexOf(entry: Buffer | undefined, counter: number): Buffer {
  const image = entry ?? Buffer.alloc(0);
  const descriptor = {
    mediaType: OCI_IMAGE,
    digest: Digest.of(image).toString(),
    size: image.byteLength,
  };
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [descriptor],
      annotations: { n: String(counter).padStart(10, '0') },
    }),
  );
}

describe.each(['memory', 'filesystem'])('two indexes with similar digests (%s)', (driver) => {
  let folder: string;
  let storage: Storage;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-'));
    storage =
      driver === 'memory'
        ? createMemoryStorage({ maxBytes: 2 ** 20 })
        : openFilesystemStorage({ path: folder, fsync: false });
    await pushBlob(storage, HOME, CONFIG);
    for (const image of IMAGES) await publish(storage, HOME, image);
    for (const [number, index] of INDEXES.entries()) {
      await publish(storage, HOME, index, { tags: [`index-${number}`] });
    }
  });
  afterEach(async () => {
    await storage.close();
    await rm(folder, { recursive: true });
  });

  it('have digests that begin with the same 48 bits', () => {
    const [one, other] = INDEXES.map((index) => Digest.of(index).hex);

    expect(one?.slice(0, 12)).toBe(other?.slice(0, 12));
    expect(one).not.toBe(other);
  });

  it('both keep their entries from being removed', async () => {
    for (const image of IMAGES) {
      const options = { unlessListed: { keepUntagged: true } };
      const removing = storage.manifests.remove(HOME, Digest.of(image), options);
      await expect(removing).rejects.toMatchObject({ kind: 'denied' });
    }
  });

  it.each([0, 1])('keep their entries in a collection while index %i is set aside', async (at) => {
    const collector = storeCollectorOf(storage);
    const garbage = collector.garbage.of(HOME);
    const digest = Digest.of(INDEXES[at] ?? Buffer.alloc(0));
    const entry = await garbage.entry({ kind: 'manifests', digest });
    await garbage.setAside(newPass(Date.now()), entry === undefined ? [] : [entry]);
    const rules = { graceMs: 0, uploadTtlMs: 3_600_000, clockAheadMs: 60_000, keepUntagged: false };

    await collect(collector.collect({ ...rules, repository: HOME }));

    for (const image of IMAGES) {
      expect(await storage.manifests.stat(HOME, Digest.of(image))).toBeDefined();
    }
  });
});
