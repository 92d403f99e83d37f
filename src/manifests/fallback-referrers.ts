import { byteOrder } from '../domain/byte-order.js';
import { type Descriptor } from '../domain/descriptor.js';
import { type Digest } from '../domain/digest.js';
import { parseManifest, referrerDescriptor, type Manifest } from '../domain/manifest.js';
import { referrersTag } from '../domain/reference.js';
import { type RepositoryName } from '../domain/repository-name.js';
import { type ManifestStore } from '../storage/ports/manifest-store.js';
import { type TagStore } from '../storage/ports/tag-store.js';

/**
 * The referrers that a client has listed under the subject's fallback tag, in the byte order of their digests.
 *
 * Clients of registries without the referrers API keep such a list themselves. What is in it counts if the repository has
 * it and it does not name another subject. OCI Distribution Specification, "Referrers Tag Schema".
 */
export async function fallbackReferrers(
  repository: RepositoryName,
  subject: Digest,
  manifests: ManifestStore,
  tags: TagStore,
): Promise<Descriptor[]> {
  const tagged = await tags.resolve(repository, referrersTag(subject));
  const index = tagged && (await read(repository, tagged.digest, manifests));
  const found: Descriptor[] = [];
  for (const { digest } of index?.manifests ?? []) {
    const manifest = await read(repository, digest, manifests);
    if (manifest === undefined) continue;
    const other = manifest.subject !== undefined && !manifest.subject.digest.equals(subject);
    if (!other) found.push(referrerDescriptor(manifest, digest));
  }
  return found.sort((one, another) => byteOrder(`${one.digest}`, `${another.digest}`));
}

/** Two lists in the byte order of their digests as one; what stands in both stands in it once. */
export async function* mergeReferrers(
  listed: AsyncIterable<Descriptor>,
  fallback: readonly Descriptor[],
): AsyncIterable<Descriptor> {
  const waiting = [...fallback];
  for await (const descriptor of listed) {
    const digest = descriptor.digest.toString();
    while (waiting[0] !== undefined && byteOrder(`${waiting[0].digest}`, digest) < 0) {
      yield waiting[0];
      waiting.shift();
    }
    if (waiting[0]?.digest.equals(descriptor.digest) === true) waiting.shift();
    yield descriptor;
  }
  yield* waiting;
}

async function read(
  repository: RepositoryName,
  digest: Digest,
  manifests: ManifestStore,
): Promise<Manifest | undefined> {
  const stored = await manifests.read(repository, digest);
  return stored && parseManifest(stored.bytes, undefined);
}
