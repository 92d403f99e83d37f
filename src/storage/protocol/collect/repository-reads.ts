import { Digest, DIGEST_ALGORITHMS } from '../../../domain/digest.js';
import { tryParseManifest } from '../../../domain/manifest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ManifestStore } from '../../ports/manifest-store.js';
import { type ListedTag } from '../../ports/statistics.js';
import { Turns } from '../yield-every.js';
import { DigestSet, keyOf } from './digest-set.js';
import { type RepositoryGarbage } from './garbage-store.js';
import { namedKeys, type KeyedManifest } from './named-keys.js';

/** One repository with the ports that read it. */
export interface RepositoryView {
  readonly repository: RepositoryName;
  readonly garbage: RepositoryGarbage;
  readonly manifests: ManifestStore;
}

/** What says which entries of a repository are reachable. It is read in this order, and other work runs between two batches. */
export interface RepositoryReads {
  /** The manifests that are being pushed, each by the digests of all algorithms. */
  readonly pushed: AsyncIterable<readonly KeyedManifest[]>;
  readonly tags: AsyncIterable<readonly ListedTag[]>;
  /** Every manifest that exists, once. */
  readonly manifests: AsyncIterable<readonly KeyedManifest[]>;
}

/** Returns what reads the repository now, item by item, in little memory. */
export function readsOf(view: RepositoryView): RepositoryReads {
  const { garbage } = view;
  return {
    pushed: single(pushed(garbage)),
    tags: single(garbage.tags()),
    manifests: single(keyed(view)),
  };
}

/** Yields the manifests that are being pushed, each by the digests of all algorithms, because the push may use any. */
export async function* pushed(
  garbage: Pick<RepositoryGarbage, 'intents'>,
): AsyncIterable<KeyedManifest> {
  for await (const bytes of garbage.intents()) {
    const manifest = tryParseManifest(bytes);
    if (manifest === undefined) continue;
    const names = namedKeys(manifest);
    for (const algorithm of DIGEST_ALGORITHMS) {
      yield { key: keyOf(Digest.of(bytes, algorithm)), names };
    }
  }
}

/** Reads every manifest, once. */
async function* keyed(view: RepositoryView): AsyncIterable<KeyedManifest> {
  const { repository, garbage, manifests } = view;
  const found = new DigestSet();
  const turns = new Turns();
  const read = async (digest: Digest): Promise<KeyedManifest> => {
    found.add(digest);
    const bytes = await garbage.peek(digest);
    await turns.afterBytes(bytes?.byteLength ?? 0);
    return { key: keyOf(digest), names: namedKeys(bytes && tryParseManifest(bytes)) };
  };
  // The set may take one digest for another. A manifest that was left out for this would lose its blobs.
  for await (const digest of manifests.digests(repository)) yield await read(digest);
  for await (const digest of movedManifests(view)) {
    if (!found.has(digest)) yield await read(digest);
  }
}

/** Yields every manifest, some twice: those in place, those set aside, and those restored during the listing. */
export async function* presentManifests(view: RepositoryView): AsyncIterable<Digest> {
  yield* view.manifests.digests(view.repository);
  yield* movedManifests(view);
}

/** Yields the manifests that a first listing may have missed, and others. */
async function* movedManifests({
  repository,
  garbage,
  manifests,
}: RepositoryView): AsyncIterable<Digest> {
  for await (const { entry } of garbage.aside()) {
    if (entry.kind === 'manifests') yield entry.digest;
  }
  yield* manifests.digests(repository);
}

/** Yields each item as a batch as soon as it is read. */
async function* single<T>(items: AsyncIterable<T>): AsyncIterable<readonly T[]> {
  for await (const item of items) yield [item];
}
