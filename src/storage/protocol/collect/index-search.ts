import { Digest } from '../../../domain/digest.js';
import { type UnlessListed } from '../../ports/manifest-store.js';
import { Turns } from '../yield-every.js';
import { DigestSet } from './digest-set.js';
import { linksOf, type Links } from '../../../domain/manifest-links.js';
import { type KnownLinks } from './known-links.js';
import { presentManifests, type RepositoryView } from './reachability.js';
import { RemovalQueue } from './removal-queue.js';

/** Indexes that are nested deeper are considered reachable. */
const MAX_LEVELS = 100;

/** An index or subject on the way up from the manifest, and the index at the beginning of the way. */
interface Step {
  readonly digest: Digest;
  readonly index: Digest;
}

/** Finds an index that needs a manifest. Reads each manifest of the repository at most once, as long as their links are cached. */
export class IndexSearch {
  private readonly turns = new Turns();

  constructor(
    private readonly view: Omit<RepositoryView, 'withoutTags'>,
    private readonly links: KnownLinks,
    private readonly rules: UnlessListed,
    private readonly queue = new RemovalQueue(),
  ) {}

  /** Resolves to an index that lists the manifest and that a collector would keep, or to `undefined`. */
  find(digest: Digest): Promise<Digest | undefined> {
    return this.queue.search(() => this.search(digest));
  }

  private async search(digest: Digest): Promise<Digest | undefined> {
    // Intents first: a push whose intent is gone by now has left its manifest and its tags.
    const running = await this.runningPushes();
    const pushed = running.get(digest.toString());
    if (pushed !== undefined) return pushed;
    const direct = await this.listing(digest.toString());
    if (direct.length === 0 || this.rules.keepUntagged) return direct[0];
    const tagged = await this.tagged();
    const isRoot = (found: Digest) => tagged.has(found) || running.has(found.toString());
    // What only this manifest leads to goes with it.
    const seen = new Set([digest.toString()]);
    const steps = direct.map((index) => ({ digest: index, index }));
    return this.followUp(steps, seen, isRoot);
  }

  /** Returns an index of `steps` that a root leads to, directly, through other indexes, or as a referrer. */
  private async followUp(
    steps: readonly Step[],
    seen: Set<string>,
    isRoot: (digest: Digest) => boolean,
  ): Promise<Digest | undefined> {
    let level = steps;
    for (let depth = 0; level.length > 0; depth++) {
      const reached = level.find(({ digest }) => isRoot(digest));
      if (reached !== undefined || depth === MAX_LEVELS) return (reached ?? level[0])?.index;
      for (const { digest } of level) seen.add(digest.toString());
      const above = await this.above(level);
      level = above.filter(({ digest }) => !seen.has(digest.toString()));
    }
    return undefined;
  }

  /** Resolves to what leads to the manifests of a level: the indexes that list them, and their subjects. */
  private async above(level: readonly Step[]): Promise<Step[]> {
    const indexOf = new Map(level.map(({ digest, index }) => [digest.toString(), index]));
    const found: Step[] = [];
    for await (const [digest, { entries, subject }] of this.manifests()) {
      const index = entries.map((entry) => indexOf.get(entry)).find((each) => each !== undefined);
      if (index !== undefined) found.push({ digest, index });
      const own = subject === undefined ? undefined : indexOf.get(digest.toString());
      if (own !== undefined) found.push({ digest: Digest.parse(subject ?? ''), index: own });
    }
    return found;
  }

  /** Resolves to the indexes that list the manifest; to the first one if all are reachable. */
  private async listing(wanted: string): Promise<Digest[]> {
    const found: Digest[] = [];
    for await (const [digest, { entries }] of this.manifests()) {
      if (!entries.includes(wanted)) continue;
      found.push(digest);
      if (this.rules.keepUntagged) break;
    }
    return found;
  }

  private async *manifests(): AsyncGenerator<readonly [Digest, Links]> {
    const { garbage } = this.view;
    const seen = new DigestSet();
    for await (const digest of presentManifests(this.view)) {
      if (seen.has(digest)) continue;
      seen.add(digest);
      const links = await this.links.of(digest, async () => {
        const bytes = await garbage.peek(digest);
        await this.turns.afterBytes(bytes?.byteLength ?? 0);
        return bytes;
      });
      await this.turns.afterItems(1 + links.entries.length);
      yield [digest, links];
    }
  }

  /** Resolves to the manifests that are being pushed, and to the entries of such indexes, each with the pushed manifest. */
  private async runningPushes(): Promise<Map<string, Digest>> {
    const found = new Map<string, Digest>();
    for await (const bytes of this.view.garbage.intents()) {
      const pushed = Digest.of(bytes);
      for (const entry of linksOf(bytes).entries) found.set(entry, pushed);
    }
    return found;
  }

  private async tagged(): Promise<DigestSet> {
    const found = new DigestSet();
    for await (const { digest } of this.view.garbage.tags()) found.add(digest);
    return found;
  }
}
