import { type Digest } from '../../domain/digest.js';
import { type RequiredContent } from '../../domain/manifest.js';
import { type MovedTag, type Publication, type PublishResult } from '../ports/manifest-store.js';
import { missingContent } from './failures.js';

/** How many missing digests an error lists. Looking for content that does not exist takes longest. */
const MAX_MISSING = 1_000;

/** The steps of publishing into one repository, as an adapter implements them. Other clients see each step as atomic. */
export interface PublishSteps<Intent> {
  /** Writes the intent durably: the manifest's bytes, where collectors look for running publications. */
  writeIntent(bytes: Uint8Array): Promise<Intent>;

  /** Resolves to whether the content exists. Content that a collector has set aside is restored (`lookFor`). */
  hasContent(content: RequiredContent): Promise<boolean>;

  /** Checks the conditions of all tags by `requireTag`. They are checked again when each tag is set. */
  requireTags(publication: Publication): Promise<void>;

  /** Stores the intent's bytes as the manifest, or refreshes its last-used time. Resolves to whether the manifest is new. */
  placeManifest(intent: Intent, publication: Publication): Promise<boolean>;

  /**
   * Writes the referrer entry, then the tags, and makes all names durable. Resolves to the tags that it moved, also in a second
   * call, which writes only what was removed since.
   */
  placeNames(publication: Publication): Promise<readonly MovedTag[]>;

  /** Resolves to whether the manifest exists. A manifest that a collector has set aside is restored. */
  hasManifest(digest: Digest): Promise<boolean>;

  /**
   * Appends the events of what the publication has changed, also if it failed: `eventsOfPublication`. It is called before the intent
   * is removed, so that the events of a publisher that dies can be recovered.
   */
  record(publication: Publication, isPublished: boolean): Promise<void>;

  removeIntent(intent: Intent): Promise<void>;
}

/**
 * Publishes a manifest so that no collector can remove content that it needs, without a lock between them. It writes its intent
 * before it looks for the content: docs/storage-layout.md#publishing-a-manifest.
 *
 * @throws RegistryError `manifest-blob-unknown`
 * @throws RegistryError `denied` or `tag-changed` if a tag must not be set
 */
export async function publish<Intent>(
  steps: PublishSteps<Intent>,
  publication: Publication,
): Promise<PublishResult> {
  let created = false;
  let isPublished = false;
  let moved: readonly MovedTag[] = [];
  const intent = await steps.writeIntent(publication.manifest.bytes);
  try {
    await requireContent(steps, publication.requires);
    await steps.requireTags(publication);
    do {
      created = (await steps.placeManifest(intent, publication)) || created;
      moved = await steps.placeNames(publication);
      // If the manifest was deleted or collected meanwhile, the manifest and its names are written again.
    } while (!(await steps.hasManifest(publication.digest)));
    isPublished = true;
    return { created, moved };
  } finally {
    await steps.record(publication, isPublished);
    await steps.removeIntent(intent);
  }
}

async function requireContent(
  steps: Pick<PublishSteps<never>, 'hasContent'>,
  requires: readonly RequiredContent[],
): Promise<void> {
  const missing = new Map<string, Digest>();
  for (const content of distinct(requires)) {
    if (!(await steps.hasContent(content))) missing.set(`${content.digest}`, content.digest);
    if (missing.size === MAX_MISSING) break;
  }
  if (missing.size > 0) throw missingContent([...missing.values()]);
}

/** Returns the content without repetitions: a manifest may name the same blob thousands of times. */
function distinct(requires: readonly RequiredContent[]): Iterable<RequiredContent> {
  return new Map(requires.map((content) => [`${content.as} ${content.digest}`, content])).values();
}
