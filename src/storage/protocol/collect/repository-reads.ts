import { Digest, DIGEST_ALGORITHMS } from '../../../domain/digest.js';
import { tryParseManifest } from '../../../domain/manifest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ManifestStore } from '../../ports/manifest-store.js';
import { type ListedTag } from '../../ports/statistics.js';
import { DigestSet } from './digest-set.js';
import { keyOf } from './digest-slots.js';
import { type RepositoryGarbage } from './garbage-store.js';
import { manifestReader } from './manifest-reader.js';
import { namedKeys, type KeyedManifest } from './named-keys.js';

/** One repository with the ports that read it. */
export interface RepositoryView {
  readonly repository: RepositoryName;
  readonly garbage: RepositoryGarbage;
  readonly manifests: ManifestStore;
}

/** The facts that decide which entries of a repository are reachable. They are read in this order; other work runs between two batches. */
export interface RepositoryReads {
  /** The manifests that are being pushed, each by the digests of all algorithms. */
  readonly pushed: AsyncIterable<readonly KeyedManifest[]>;
  readonly tags: AsyncIterable<readonly ListedTag[]>;
  /** Every manifest that exists. A few may come twice. */
  readonly manifests: AsyncIterable<readonly KeyedManifest[]>;
}

/** Returns what reads the repository now, item by item, in little memory. */
export function readsOf(view: RepositoryView): RepositoryReads {
  const { garbage } = view;
  return {
    pushed: single(pushed(garbage)),
    tags: single(tagsOf(view)),
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

/** Reads every manifest. */
async function* keyed(view: RepositoryView): AsyncIterable<KeyedManifest> {
  const read = manifestReader(view.garbage);
  for await (const digest of everyManifest(view)) {
    const bytes = await read(digest);
    yield { key: keyOf(digest), names: namedKeys(bytes && tryParseManifest(bytes)) };
  }
}

/**
 * Yields every manifest: those in place, those set aside, and those restored during the listing. A few come twice.
 *
 * What is left out loses its content. So nothing of the first listing is, although a `DigestSet` may take one digest for another, and
 * clients can choose digests for which it does.
 */
export async function* everyManifest({
  repository,
  garbage,
  manifests,
}: RepositoryView): AsyncIterable<Digest> {
  const listed = new DigestSet();
  for await (const digest of manifests.digests(repository)) {
    listed.add(digest);
    yield digest;
  }
  const aside = new Set<string>();
  for await (const { entry } of garbage.aside()) {
    if (entry.kind !== 'manifests' || aside.has(entry.digest.toString())) continue;
    aside.add(entry.digest.toString());
    yield entry.digest;
  }
  for await (const digest of manifests.digests(repository)) {
    if (!listed.has(digest)) yield digest;
  }
}

/** Begins to read the tags only when they are asked for, also if `tags` reads at once. */
async function* tagsOf({ garbage }: RepositoryView): AsyncIterable<ListedTag> {
  yield* garbage.tags();
}

/** Yields each item as a batch as soon as it is read. */
async function* single<T>(items: AsyncIterable<T>): AsyncIterable<readonly T[]> {
  for await (const item of items) yield [item];
}
