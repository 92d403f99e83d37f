import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import { type RequiredContent } from '../../domain/manifest.js';
import { type Publication } from '../ports/manifest-store.js';

/** What an adapter does at each step of publishing into one repository. Each is one step for everybody who looks on. */
export interface PublishSteps<Intent> {
  /** Writes the manifest's bytes, durably, where collectors look for what is about to be published. */
  writeIntent(bytes: Uint8Array): Promise<Intent>;

  /** Whether the content is there; a collector that holds it is made to give it back (`lookFor`). */
  hasContent(content: RequiredContent): Promise<boolean>;

  /** Gives the intent's bytes the manifest's name; one that is there already becomes young. */
  placeManifest(intent: Intent, publication: Publication): Promise<void>;

  /** Writes the referrer entry, then the tags, and makes all names durable. */
  placeNames(publication: Publication): Promise<void>;

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
): Promise<void> {
  const intent = await steps.writeIntent(publication.manifest.bytes);
  try {
    await requireContent(steps, publication.requires);
    do {
      await steps.placeManifest(intent, publication);
      await steps.placeNames(publication);
      // Deleted or collected since it was placed: then all that was placed with it is placed again.
    } while (!(await steps.hasManifest(publication.digest)));
  } finally {
    await steps.removeIntent(intent);
  }
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
