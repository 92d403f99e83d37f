import { byteOrder } from '../../domain/byte-order.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { parseManifest, referrerDescriptor, type Manifest } from '../../domain/manifest.js';
import { referrersTag } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ManifestStore } from '../../storage/ports/manifest-store.js';
import { type TagStore } from '../../storage/ports/tag-store.js';

/**
 * Yields the referrers after `after` that clients listed under the subject's fallback tag, once each, in byte order of their
 * digests. Referrers that the repository does not have, or that name another subject, are left out.
 *
 * @see OCI Distribution Specification, "Referrers Tag Schema"
 */
export async function* fallbackReferrers(
  repository: RepositoryName,
  subject: Digest,
  after: Digest | undefined,
  manifests: ManifestStore,
  tags: TagStore,
): AsyncIterable<Descriptor> {
  const tagged = await tags.resolve(repository, referrersTag(subject));
  const index = tagged && (await read(repository, tagged.digest, manifests));
  // Manifests are read one at a time: a list may name tens of thousands, of up to 4 MiB each.
  for (const digest of distinct(index?.manifests ?? [])) {
    if (after !== undefined && byteOrder(`${digest}`, `${after}`) <= 0) continue;
    const manifest = await read(repository, digest, manifests);
    if (manifest === undefined) continue;
    const other = manifest.subject !== undefined && !manifest.subject.digest.equals(subject);
    if (!other) yield referrerDescriptor(manifest, digest);
  }
}

/** Merges two lists that are sorted by digest. A referrer in both is yielded once. */
export async function* mergeReferrers(
  listed: AsyncIterable<Descriptor>,
  fallback: AsyncIterable<Descriptor>,
): AsyncIterable<Descriptor> {
  const waiting = fallback[Symbol.asyncIterator]();
  let next = await waiting.next();
  for await (const descriptor of listed) {
    for (; next.done !== true && order(next.value, descriptor) < 0; next = await waiting.next()) {
      yield next.value;
    }
    if (next.done !== true && order(next.value, descriptor) === 0) next = await waiting.next();
    yield descriptor;
  }
  for (; next.done !== true; next = await waiting.next()) yield next.value;
}

function order(one: Descriptor, another: Descriptor): number {
  return byteOrder(`${one.digest}`, `${another.digest}`);
}

function distinct(descriptors: readonly Descriptor[]): Digest[] {
  const byText = new Map(descriptors.map(({ digest }) => [digest.toString(), digest]));
  return [...byText.values()].sort((one, another) => byteOrder(`${one}`, `${another}`));
}

async function read(
  repository: RepositoryName,
  digest: Digest,
  manifests: ManifestStore,
): Promise<Manifest | undefined> {
  const stored = await manifests.read(repository, digest);
  return stored && parseManifest(stored.bytes, undefined);
}
