import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  type CollectedEntry,
  type CollectionRules,
  type Collector,
} from '../../storage/ports/collector.js';

/** How far ahead of all last-used times a preview without a grace period looks. */
const CLOCK_AHEAD_MS = 3_600_000;

/** Asks the collector what it would take from a repository, by the rules of the registry. Nothing here refreshes a last-used time. */
export class Previews {
  constructor(
    private readonly collector: Collector,
    readonly rules: CollectionRules,
    /** Throws if the work is to end. */
    private readonly goOn: () => void,
  ) {}

  /** Resolves to all that the repository has. */
  all(
    repository: RepositoryName,
    tags: readonly TagName[],
    manifests: readonly Digest[],
  ): Promise<CollectedEntry[]> {
    return this.preview(this.withoutGrace(false), repository, tags, manifests);
  }

  /** Resolves to what the repository no longer needs, whenever it was used. */
  garbage(repository: RepositoryName): Promise<CollectedEntry[]> {
    return this.preview(this.withoutGrace(this.rules.keepUntagged), repository);
  }

  /** Resolves to what the repository would no longer need without these manifests, whenever it was used, and to these. */
  unneededWithout(
    repository: RepositoryName,
    manifests: readonly Digest[],
  ): Promise<CollectedEntry[]> {
    const rules = this.withoutGrace(this.rules.keepUntagged);
    return this.entriesOf(this.collector.consequences(rules, { repository, manifests }));
  }

  /** Resolves to the manifests to which no tag leads, whenever they were used; as if `gone` were removed with its tags, if given. */
  async untagged(repository: RepositoryName, gone?: Digest): Promise<Digest[]> {
    const manifests = gone === undefined ? [] : [gone];
    return digestsOf(await this.preview(this.withoutGrace(false), repository, [], manifests));
  }

  /** Resolves to the manifests that a collection would take now if untagged ones were not kept and these tags did not exist. */
  async ready(repository: RepositoryName, tags: readonly TagName[]): Promise<Digest[]> {
    return digestsOf(await this.preview({ ...this.rules, keepUntagged: false }, repository, tags));
  }

  private withoutGrace(keepUntagged: boolean): CollectionRules {
    return { ...this.rules, keepUntagged, graceMs: 0, clockAheadMs: CLOCK_AHEAD_MS };
  }

  private preview(
    rules: CollectionRules,
    repository: RepositoryName,
    tags: readonly TagName[] = [],
    manifests: readonly Digest[] = [],
  ): Promise<CollectedEntry[]> {
    return this.entriesOf(this.collector.preview(rules, { repository, tags, manifests }));
  }

  private async entriesOf(found: AsyncIterable<CollectedEntry>): Promise<CollectedEntry[]> {
    const entries: CollectedEntry[] = [];
    for await (const entry of found) {
      this.goOn();
      entries.push(entry);
    }
    return entries;
  }
}

function digestsOf(entries: readonly CollectedEntry[]): Digest[] {
  return entries.filter(({ kind }) => kind === 'manifests').map(({ digest }) => digest);
}
