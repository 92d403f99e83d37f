import { beforeEach, describe, expect, it } from '@jest/globals';

import { type Digest } from '../../../src/domain/digest.js';
import { referrersTag } from '../../../src/domain/reference.js';
import { type RepositoryName } from '../../../src/domain/repository-name.js';
import { FallbackReferrers } from '../../../src/oci/manifests/fallback-referrers.js';
import {
  buildIndex,
  collect,
  publish,
  pushArtifact,
  repo,
  type BuiltManifest,
} from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type StoredManifest } from '../../../src/storage/ports/manifest-store.js';
import { type Storage } from '../../../src/storage/ports/storage.js';

const HOME = repo('team/app');

describe('the referrers of a fallback tag', () => {
  let storage: Storage;
  let reads: number;
  let fallback: FallbackReferrers;
  let image: BuiltManifest;
  let artifacts: BuiltManifest[];
  beforeEach(async () => {
    storage = createMemoryStorage({ maxBytes: 10_000_000 });
    reads = 0;
    const read = storage.manifests.read.bind(storage.manifests);
    storage.manifests.read = (
      repository: RepositoryName,
      digest: Digest,
    ): Promise<StoredManifest | undefined> => {
      reads++;
      return read(repository, digest);
    };
    fallback = new FallbackReferrers(storage.manifests, storage.tags);
    image = buildIndex();
    artifacts = [];
    for (let count = 0; count < 3; count++) {
      artifacts.push(await pushArtifact(storage, HOME, image.descriptor));
    }
    const list = buildIndex(artifacts.map(({ descriptor }) => descriptor));
    await publish(storage, HOME, list.bytes, { tags: [referrersTag(image.digest)] });
  });

  const list = async (isWanted?: () => boolean): Promise<string[]> => {
    const found = await collect(fallback.list(HOME, image.digest, undefined, isWanted));
    return found.filter(({ descriptor }) => descriptor).map(({ digest }) => digest.toString());
  };
  const sorted = (): string[] => artifacts.map(({ digest }) => digest.toString()).sort();

  it('are read once, also for requests at the same time', async () => {
    expect(await Promise.all([list(), list()])).toEqual([sorted(), sorted()]);
    expect(reads).toBe(4);
    expect(await list()).toEqual(sorted());
    expect(reads).toBe(4);
  });

  it('are not listed after they were deleted', async () => {
    await list();
    const [gone] = artifacts;
    if (gone !== undefined) await storage.manifests.remove(HOME, gone.digest);
    expect(await list()).toEqual(sorted().filter((digest) => digest !== gone?.digest.toString()));
  });

  it('are not listed for another subject', async () => {
    const other = await pushArtifact(storage, HOME, buildIndex().descriptor);
    const both = buildIndex([...artifacts, other].map(({ descriptor }) => descriptor));
    await publish(storage, HOME, both.bytes, { tags: [referrersTag(image.digest)] });
    expect(await list()).toEqual(sorted());
    expect(await list()).toEqual(sorted());
  });

  it('are not read for a client that has gone', async () => {
    expect(await list(() => false)).toEqual([]);
    expect(reads).toBe(0);
  });
});
