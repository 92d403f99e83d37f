import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RequiredContent } from '../../domain/manifest.js';
import { type TagName } from '../../domain/reference.js';
import { type MovedTag, type Publication, type PublishResult } from '../ports/manifest-store.js';

/** What an adapter does at each step of publishing into one repository. Each is one step for everybody who looks on. */
export interface PublishSteps<Intent> {
  /** Writes the manifest's bytes, durably, where collectors look for what is about to be published. */
  writeIntent(bytes: Uint8Array): Promise<Intent>;

  /** Whether the content is there; a collector that holds it is made to give it back (`lookFor`). */
  hasContent(content: RequiredContent): Promise<boolean>;

  /** Refuses the publication if a tag that may not move points to another manifest. */
  requireFixedTags(publication: Publication): Promise<void>;

  /** Gives the intent's bytes the manifest's name, or refreshes its last-used time. Resolves to whether it is new. */
  placeManifest(intent: Intent, publication: Publication): Promise<boolean>;

  /**
   * Writes the referrer entry, then the tags, and makes all names durable. Resolves to the tags that it moved.
   *
   * A second call of the same steps writes only what was removed since, and resolves to the same tags.
   */
  placeNames(publication: Publication): Promise<readonly MovedTag[]>;

  /** Whether the manifest is there; a collector that holds it is made to give it back. */
  hasManifest(digest: Digest): Promise<boolean>;

  removeIntent(intent: Intent): Promise<void>;
}

/**
 * Publishes a manifest so that no collector can take away what it needs, with no lock between them.
 *
 * A publisher writes its intent, then looks; a collector moves things away, then looks at the intents (`gc/collector.ts`).
 * One of them must see the other: if the publisher looked before the move, its intent is older than the collector's look,
 * and the collector puts back what it moved; if it looked after, it puts it back itself, or finds it gone and says so.
 * @throws RegistryError `manifest-blob-unknown`
 */
export async function publish<Intent>(
  steps: PublishSteps<Intent>,
  publication: Publication,
): Promise<PublishResult> {
  let created = false;
  let moved: readonly MovedTag[] = [];
  const intent = await steps.writeIntent(publication.manifest.bytes);
  try {
    await requireContent(steps, publication.requires);
    await steps.requireFixedTags(publication);
    do {
      created = (await steps.placeManifest(intent, publication)) || created;
      moved = await steps.placeNames(publication);
      // Deleted or collected since it was placed: then all that was placed with it is placed again.
    } while (!(await steps.hasManifest(publication.digest)));
    return { created, moved };
  } finally {
    await steps.removeIntent(intent);
  }
}

/** The refusal of a publication that would move a tag that may not move. */
export function fixedTag(tag: TagName): RegistryError {
  return new RegistryError('denied', `tag ${tag} points to another manifest and may not move`, {
    tag,
  });
}

async function requireContent(
  steps: Pick<PublishSteps<never>, 'hasContent'>,
  requires: readonly RequiredContent[],
): Promise<void> {
  const missing = new Map<string, Digest>();
  for (const content of requires) {
    if (!(await steps.hasContent(content))) missing.set(`${content.digest}`, content.digest);
  }
  if (missing.size === 0) return;
  throw new RegistryError('manifest-blob-unknown', 'the repository lacks what the manifest names', [
    ...missing.values(),
  ]);
}
