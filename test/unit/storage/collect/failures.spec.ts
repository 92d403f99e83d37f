import { describe, expect, it } from '@jest/globals';

import { type RepositoryName } from '../../../../src/domain/repository-name.js';
import { publish, pushImage, repo, tag } from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Collected } from '../../../../src/storage/ports/collector.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { StoreCollector } from '../../../../src/storage/protocol/collect/store-collector.js';
import { GarbageStore } from '../../../../src/storage/protocol/collect/garbage-store.js';
import { collectorPartsOf } from '../../../support/store-collector.js';

const RULES = { graceMs: 0, keepUntagged: false, uploadTtlMs: 60_000, clockAheadMs: 100_000 };

describe('a collection of which one repository fails', () => {
  it('collects the others, and then reports the error', async () => {
    const storage = createMemoryStorage({ maxBytes: 1_000_000 });
    for (const name of ['a', 'b', 'c']) await garbageIn(storage, repo(name));

    const { collected, error } = await passOver(storage, ['b']);

    expect(namesOf(collected)).toEqual(['a', 'c']);
    expect(error).toEqual(new Error('b cannot be read'));
  });

  it('reports how many failed', async () => {
    const storage = createMemoryStorage({ maxBytes: 1_000_000 });
    for (const name of ['a', 'b', 'c']) await garbageIn(storage, repo(name));

    const { collected, error } = await passOver(storage, ['a', 'b']);

    expect(namesOf(collected)).toEqual(['c']);
    expect(String(error)).toContain('2 parts of the collection failed');
  });

  it('still expires uploads', async () => {
    const storage = createMemoryStorage({ maxBytes: 1_000_000 });
    await garbageIn(storage, repo('a'));
    await storage.uploads.begin(repo('a'), 'sha256');

    const { collected } = await passOver(storage, ['a']);

    expect(collected.map(({ kind }) => kind)).toEqual(['uploads']);
  });
});

/** Runs a pass in which the repositories of `failing` cannot be read. */
async function passOver(
  storage: Storage,
  failing: readonly string[],
): Promise<{ collected: Collected[]; error: unknown }> {
  const parts = collectorPartsOf(storage);
  const garbage = new PartlyBroken(parts.garbage, failing);
  const collector = new StoreCollector({ ...parts, garbage });
  const collected: Collected[] = [];
  try {
    for await (const each of collector.collect(RULES)) collected.push(each);
  } catch (error) {
    return { collected, error };
  }
  return { collected, error: undefined };
}

class PartlyBroken extends GarbageStore {
  constructor(
    private readonly inner: GarbageStore,
    private readonly failing: readonly string[],
  ) {
    super();
  }

  override repositories(): AsyncIterable<RepositoryName> {
    return this.inner.repositories();
  }

  override of(repository: RepositoryName): ReturnType<GarbageStore['of']> {
    if (this.failing.includes(repository)) throw new Error(`${repository} cannot be read`);
    return this.inner.of(repository);
  }

  override sweepUnclaimed(
    ...parameters: Parameters<GarbageStore['sweepUnclaimed']>
  ): Promise<number> {
    return this.inner.sweepUnclaimed(...parameters);
  }
}

async function garbageIn(storage: Storage, repository: RepositoryName): Promise<void> {
  const image = await pushImage(storage, repository, { tags: ['1.0'] });
  await publish(storage, repository, image.bytes);
  await storage.tags.remove(repository, tag('1.0'));
}

function namesOf(collected: readonly Collected[]): string[] {
  const names = collected.flatMap((each) => ('repository' in each ? [each.repository] : []));
  return [...new Set<string>(names)].sort();
}
