import { randomBytes } from 'node:crypto';

import { ContentSizes } from '../../../domain/content-sizes.js';
import { type Digest } from '../../../domain/digest.js';
import { EventIds } from '../../../domain/event-id.js';
import { type Manifest } from '../../../domain/manifest.js';
import { isNonDistributable } from '../../../domain/media-type.js';
import { type NewEvent } from '../../../domain/registry-event.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type Publication } from '../../ports/manifest-store.js';
import { eventsOfPublication } from '../../protocol/change-events.js';
import { type Value } from '../database/database.js';
import { digestBytes } from '../database/digest-bytes.js';
import { eventTexts } from '../events/event-rows.js';

/** Returns the values of the statement that publishes a manifest, `PUBLISH`. */
export function publishValues(repository: RepositoryName, publication: Publication): Value[] {
  const { manifest, digest, requires, referrer, by } = publication;
  const required = (kind: 'blob' | 'manifest-or-blob') =>
    distinct(requires.filter(({ as }) => as === kind).map((content) => content.digest));
  return [
    repository,
    digestBytes(digest),
    manifest.mediaType,
    manifest.bytes,
    contentSize(digest, manifest),
    referrer === undefined ? null : digestBytes(referrer.subject),
    referrer === undefined ? null : referrerText(referrer.descriptor),
    required('blob'),
    required('manifest-or-blob'),
    ...names(manifest),
    [...new Set(publication.tags)],
    by ?? null,
    ...events(repository, publication),
  ];
}

/** Returns the size of the manifest with its config and its layers, each content once. */
function contentSize(digest: Digest, { bytes, ...rest }: Manifest): number {
  const sizes = new ContentSizes();
  sizes.addManifest(digest, { size: bytes.byteLength, ...rest });
  return sizes.total;
}

/** Returns what the row of a referrer does not have in other columns. */
function referrerText({
  artifactType,
  annotations,
}: {
  readonly artifactType?: string;
  readonly annotations?: object;
}): string {
  return JSON.stringify({ artifactType, annotations });
}

/** Returns what the manifest names: the digests, whether each is a manifest, and the sizes of the blobs that clients push. */
function names({ config, layers, manifests }: Manifest): [Buffer[], boolean[], (number | null)[]] {
  const named = new Map<string, { digest: Digest; isManifest: boolean; size: number | null }>();
  for (const { digest, size, mediaType } of config === undefined ? layers : [config, ...layers]) {
    const pushed = isNonDistributable(mediaType) ? null : size;
    named.set(digest.toString(), { digest, isManifest: false, size: pushed });
  }
  for (const { digest } of manifests) {
    named.set(digest.toString(), { digest, isManifest: true, size: null });
  }
  const all = [...named.values()];
  return [
    all.map(({ digest }) => digestBytes(digest)),
    all.map(({ isManifest }) => isManifest),
    all.map(({ size }) => size),
  ];
}

/** Returns the ids and texts of all events that the publication may have, and what each depends on. */
function events(
  repository: RepositoryName,
  publication: Publication,
): [string[], string[], (string | null)[]] {
  const possible = eventsOfPublication(repository, publication, {
    moved: publication.tags.map((tag) => ({ tag })),
    isNewRepository: true,
    isPublished: true,
    push: randomBytes(9).toString('base64url'),
  });
  // The publication is a writer of its own: those of one process end in another order than they begin.
  const texts = eventTexts(possible, new EventIds());
  return [texts.map(({ id }) => id), texts.map(({ text }) => text), possible.map(needs)];
}

function needs({ type, data }: NewEvent): string | null {
  if (type === 'repository.created') return '';
  return type === 'tag.created' ? (data.tag ?? null) : null;
}

function distinct(digests: readonly Digest[]): Buffer[] {
  const byText = new Map(digests.map((digest) => [digest.toString(), digest]));
  return [...byText.values()].map(digestBytes);
}
