import { type RepositoryName } from '../../domain/repository-name.js';
import { type ManifestStore } from '../ports/manifest-store.js';
import { type RepositoryCatalog } from '../ports/repository-catalog.js';
import { UsageStore, type Pulls, type PullsByDay, type Usage } from '../ports/usage-store.js';
import { addUsage } from '../protocol/add-usage.js';
import { addPulls, dayOf, forgetDays } from '../protocol/pulls-by-day.js';

/** How many manifests are counted. They take about 25 MB, and the days of their repositories up to 2 KB for each. */
const MAX_MANIFESTS = 100_000;

/** What a storage in memory must know of its other ports. */
export interface UsageParts {
  readonly catalog: Pick<RepositoryCatalog, 'has'>;
  readonly manifests: Pick<ManifestStore, 'digests'>;
}

/** The usage of one repository. */
interface Known {
  readonly manifests: Map<string, Usage>;
  readonly byDay: Map<number, number>;
}

/** Counts the pulls of one process. Beyond the limit, it forgets the repository that was not pulled for the longest time. */
export class MemoryUsageStore extends UsageStore {
  /** The repository that was pulled last comes last. */
  private readonly usage = new Map<RepositoryName, Known>();

  constructor(
    private readonly parts: UsageParts,
    private readonly maxManifests = MAX_MANIFESTS,
  ) {
    super();
  }

  override async add(repository: RepositoryName, pulls: readonly Pulls[]): Promise<void> {
    if (!(await this.parts.catalog.has(repository))) return;
    const known = this.usage.get(repository) ?? { manifests: new Map(), byDay: new Map() };
    this.usage.delete(repository);
    this.usage.set(repository, known);
    for (const { digest, ...added } of pulls) {
      addUsage(known.manifests, `${digest}`, added);
      addPulls(known.byDay, dayOf(added.lastPulledAt), added.pulls);
    }
    forgetDays(known.byDay, Date.now());
    this.forgetOldest(repository);
  }

  override of(repository: RepositoryName): Promise<ReadonlyMap<string, Usage>> {
    return Promise.resolve(new Map(this.usage.get(repository)?.manifests));
  }

  override byDay(repository: RepositoryName): Promise<PullsByDay> {
    return Promise.resolve(new Map(this.usage.get(repository)?.byDay));
  }

  override async fold(): Promise<void> {
    for (const [repository, { manifests }] of [...this.usage]) {
      const present = new Set<string>();
      for await (const digest of this.parts.manifests.digests(repository)) present.add(`${digest}`);
      for (const digest of [...manifests.keys()])
        if (!present.has(digest)) manifests.delete(digest);
      if (!(await this.parts.catalog.has(repository))) this.usage.delete(repository);
    }
  }

  private forgetOldest(kept: RepositoryName): void {
    let count = 0;
    for (const known of this.usage.values()) count += sizeOf(known);
    for (const [repository, known] of this.usage) {
      if (count <= this.maxManifests || repository === kept) return;
      this.usage.delete(repository);
      count -= sizeOf(known);
    }
  }
}

/** A repository whose manifests no longer exist still takes the place of one. */
function sizeOf({ manifests }: Known): number {
  return Math.max(1, manifests.size);
}
