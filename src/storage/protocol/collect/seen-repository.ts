import { type ListedTag } from '../../ports/statistics.js';
import { inBatches } from '../yield-every.js';
import { keyOf } from './digest-slots.js';
import { knownManifest } from './known-links.js';
import { type KeyedManifest } from './named-keys.js';
import { pushed, type RepositoryReads, type RepositoryView } from './repository-reads.js';
import { type LinkedManifest, type RepositoryListings } from './repository-listings.js';

/** What one look at a repository has read, for any number of questions. Memory grows with its manifests and tags. */
export class SeenRepository {
  private constructor(
    private readonly pushed: readonly KeyedManifest[],
    private readonly tags: readonly ListedTag[],
    readonly manifests: readonly LinkedManifest[],
  ) {}

  /** Reads a repository once, in the order of `RepositoryReads`. */
  static async look(view: RepositoryView, listings: RepositoryListings): Promise<SeenRepository> {
    return new SeenRepository(
      await Array.fromAsync(pushed(view.garbage)),
      await Array.fromAsync(listings.tags(view.repository)),
      await listedManifests(view, listings),
    );
  }

  /** Returns what was read, for one question. */
  reads(): RepositoryReads {
    const { pushed: intents, tags, manifests } = this;
    return {
      pushed: inBatches(intents, weightOf),
      tags: inBatches(tags),
      manifests: inBatches(manifests, weightOf),
    };
  }
}

/** Returns how many things a manifest and what it names are. */
function weightOf({ names }: KeyedManifest): number {
  return 1 + names.blobs.length + names.entries.length;
}

/** Resolves to every manifest once: those in place, and those set aside. One that is restored meanwhile may be missed. */
async function listedManifests(
  view: RepositoryView,
  listings: RepositoryListings,
): Promise<LinkedManifest[]> {
  const listed = await Array.fromAsync(listings.links(view.repository));
  const aside = await Array.fromAsync(asideManifests(view));
  if (aside.length === 0) return listed;
  const again = await Array.fromAsync(listings.links(view.repository));
  const found = [...listed, ...aside, ...again];
  return [...new Map(found.map((one) => [one.digest.toString(), one])).values()];
}

async function* asideManifests({ garbage }: RepositoryView): AsyncIterable<LinkedManifest> {
  for await (const { entry } of garbage.aside()) {
    if (entry.kind !== 'manifests') continue;
    const { digest } = entry;
    yield { digest, key: keyOf(digest), ...knownManifest(await garbage.peek(digest)) };
  }
}
