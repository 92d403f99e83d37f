import { type Digest } from '../../domain/digest.js';
import { referrerOf, type Manifest } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type Publication, type PublishingMirror } from '../../storage/ports/manifest-store.js';

/**
 * Returns what stores a manifest of an upstream with tags. It requires no content: the upstream has checked that, and blobs come when
 * a client asks for them.
 */
export function publicationOf(
  manifest: Manifest,
  digest: Digest,
  tags: readonly TagName[],
  mirror: PublishingMirror,
): Publication {
  return { manifest, digest, tags, requires: [], mirror, ...referrerOf(manifest, digest) };
}
