import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { linksOf } from '../../domain/manifest-links.js';
import { type ManifestStore } from '../ports/manifest-store.js';

/**
 * Yields all manifests of a repository, each index before its entries: a removal that is interrupted then leaves no index with missing
 * entries.
 */
export async function* indexesFirst(
  manifests: ManifestStore,
  repository: RepositoryName,
): AsyncGenerator<Digest> {
  const entriesOf = await entriesOfIndexes(manifests, repository);
  yield* parentsFirst(entriesOf);
  for await (const digest of manifests.digests(repository)) {
    if (!entriesOf.has(digest.toString())) yield digest;
  }
}

async function entriesOfIndexes(
  manifests: ManifestStore,
  repository: RepositoryName,
): Promise<Map<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  for await (const digest of manifests.digests(repository)) {
    const stored = await manifests.read(repository, digest);
    const entries = stored === undefined ? [] : linksOf(stored.bytes).entries;
    if (entries.length > 0) found.set(digest.toString(), [...new Set(entries)]);
  }
  return found;
}

/** Yields each index after all indexes that list it. */
function* parentsFirst(entriesOf: ReadonlyMap<string, readonly string[]>): Generator<Digest> {
  const parents = new Map([...entriesOf.keys()].map((index) => [index, 0]));
  const count = (index: string, change: number): number => {
    const left = (parents.get(index) ?? 0) + change;
    if (parents.has(index)) parents.set(index, left);
    return left;
  };
  for (const entries of entriesOf.values()) for (const entry of entries) count(entry, 1);
  const ready = [...entriesOf.keys()].filter((index) => parents.get(index) === 0);
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    yield Digest.parse(index);
    for (const entry of entriesOf.get(index) ?? []) {
      if (count(entry, -1) === 0 && parents.has(entry)) ready.push(entry);
    }
  }
}
