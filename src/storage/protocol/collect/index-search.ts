import { Digest, DIGEST_ALGORITHMS } from '../../../domain/digest.js';
import { type ReachabilityRules } from '../../ports/manifest-store.js';
import { Turns } from '../yield-every.js';
import { DigestSet } from './digest-set.js';
import { linksOf, type Links } from '../../../domain/manifest-links.js';
import { type KnownLinks } from './known-links.js';
import { manifestReader } from './manifest-reader.js';
import { everyManifest, type RepositoryView } from './repository-reads.js';
import { type RemovalQueue } from './removal-queue.js';

/** With more relations than this between indexes, all of them are considered reachable. They take about 100 MiB. */
const MAX_RELATIONS = 1_000_000;

/** An index that needs a manifest. Without a digest, it is being pushed, and may not exist yet. */
export interface NeedingIndex {
  readonly digest: Digest | undefined;
}

/** The manifests that are being pushed, by the digests of all algorithms, and the entries of such indexes. */
interface RunningPushes {
  readonly pushed: ReadonlySet<string>;
  readonly entries: ReadonlySet<string>;
}

/** Finds an index that needs a manifest. Reads each manifest once, as long as their links are cached. */
export class IndexSearch {
  private readonly turns = new Turns();

  constructor(
    private readonly view: RepositoryView,
    private readonly links: KnownLinks,
    private readonly rules: ReachabilityRules,
    private readonly queue: RemovalQueue,
  ) {}

  /** Resolves to an index that lists the manifest and that a collector would keep, or to `undefined`. */
  find(digest: Digest): Promise<NeedingIndex | undefined> {
    return this.queue.search(() => this.search(digest));
  }

  private async search(digest: Digest): Promise<NeedingIndex | undefined> {
    // Intents first: a push whose intent is gone by now has left its manifest and its tags.
    const running = await this.runningPushes();
    if (running.entries.has(digest.toString())) return { digest: undefined };
    const direct = await this.listing(digest.toString());
    const needing = this.rules.keepUntagged
      ? direct[0]
      : await this.firstReachable(direct, digest, running);
    return needing && { digest: needing };
  }

  /** Returns one of the indexes that a tag or a running push leads to: directly, through other indexes, or as a referrer. */
  private async firstReachable(
    direct: readonly Digest[],
    listed: Digest,
    { pushed, entries }: RunningPushes,
  ): Promise<Digest | undefined> {
    if (direct.length === 0) return undefined;
    const tagged = await this.tagged();
    const isPushed = (text: string) => pushed.has(text) || entries.has(text);
    const isRoot = (found: Digest) => tagged.has(found) || isPushed(found.toString());
    const known = direct.find(isRoot);
    if (known !== undefined) return known;
    const above = await this.relations();
    if (above === undefined) return direct[0];
    // Indexes that are reachable only through the manifest become unreachable with it.
    const seen = new Set([listed.toString()]);
    return direct.find((index) => leadsUp(index, above, seen, isRoot));
  }

  /** Resolves to what leads to each manifest: the indexes that list it, and its subject. `undefined` if there are too many. */
  private async relations(): Promise<ReadonlyMap<string, Digest[]> | undefined> {
    const nodes = await this.nodes();
    const above = new Map<string, Digest[]>();
    let count = 0;
    const relate = (key: string, value: Digest): void => {
      const known = above.get(key);
      if (known === undefined) above.set(key, [value]);
      else known.push(value);
      count++;
    };
    for await (const [digest, { entries, subject }] of this.manifests()) {
      for (const entry of entries) if (nodes.has(entry)) relate(entry, digest);
      if (subject !== undefined) relate(digest.toString(), Digest.parse(subject));
      if (count > MAX_RELATIONS) return undefined;
    }
    return above;
  }

  /** Resolves to the manifests through which a tag can lead to an index: other indexes, and subjects. */
  private async nodes(): Promise<ReadonlySet<string>> {
    const nodes = new Set<string>();
    for await (const [digest, { entries, subject }] of this.manifests()) {
      if (entries.length > 0) nodes.add(digest.toString());
      if (subject !== undefined) nodes.add(subject);
    }
    return nodes;
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
    const read = manifestReader(this.view.garbage);
    for await (const digest of everyManifest(this.view)) {
      const links = await this.links.of(digest, () => read(digest));
      await this.turns.afterItems(1 + links.entries.length);
      yield [digest, links];
    }
  }

  private async runningPushes(): Promise<RunningPushes> {
    const pushed = new Set<string>();
    const entries = new Set<string>();
    for await (const bytes of this.view.garbage.intents()) {
      for (const algorithm of DIGEST_ALGORITHMS) pushed.add(Digest.of(bytes, algorithm).toString());
      for (const entry of linksOf(bytes).entries) entries.add(entry);
    }
    return { pushed, entries };
  }

  private async tagged(): Promise<DigestSet> {
    const found = new DigestSet();
    for await (const { digest } of this.view.garbage.tags()) found.add(digest);
    return found;
  }
}

/** Whether a root leads to the manifest. No root leads to the manifests in `seen`. */
function leadsUp(
  from: Digest,
  above: ReadonlyMap<string, readonly Digest[]>,
  seen: Set<string>,
  isRoot: (digest: Digest) => boolean,
): boolean {
  const waiting = [from];
  for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
    const key = digest.toString();
    if (seen.has(key)) continue;
    seen.add(key);
    if (isRoot(digest)) return true;
    // Arguments would be limited to about a hundred thousand.
    for (const next of above.get(key) ?? []) waiting.push(next);
  }
  return false;
}
