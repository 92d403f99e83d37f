import { type RepositoryName } from '../../domain/repository-name.js';
import { type ManifestStore } from '../ports/manifest-store.js';
import { type RepositoryCatalog } from '../ports/repository-catalog.js';
import { UsageStore, type Pulls, type Usage } from '../ports/usage-store.js';
import { addUsage } from '../protocol/add-usage.js';

/** How many manifests are counted. They take about 25 MB. */
const MAX_MANIFESTS = 100_000;

/** What a storage in memory must know of its other ports. */
export interface UsageParts {
  readonly catalog: Pick<RepositoryCatalog, 'has'>;
  readonly manifests: Pick<ManifestStore, 'digests'>;
}

/** Counts the pulls of one process. Beyond the limit, it forgets the repository that was not pulled for the longest time. */
export class MemoryUsageStore extends UsageStore {
  /** The repository that was pulled last comes last. */
  private readonly usage = new Map<RepositoryName, Map<string, Usage>>();

  constructor(
    private readonly parts: UsageParts,
    private readonly maxManifests = MAX_MANIFESTS,
  ) {
    super();
  }

  override async add(repository: RepositoryName, pulls: readonly Pulls[]): Promise<void> {
    if (!(await this.parts.catalog.has(repository))) return;
    const known = this.usage.get(repository) ?? new Map<string, Usage>();
    this.usage.delete(repository);
    this.usage.set(repository, known);
    for (const { digest, ...added } of pulls) addUsage(known, `${digest}`, added);
    this.forgetOldest(repository);
  }

  override of(repository: RepositoryName): Promise<ReadonlyMap<string, Usage>> {
    return Promise.resolve(new Map(this.usage.get(repository)));
  }

  override async fold(): Promise<void> {
    for (const [repository, known] of [...this.usage]) {
      const present = new Set<string>();
      for await (const digest of this.parts.manifests.digests(repository)) present.add(`${digest}`);
      for (const digest of [...known.keys()]) if (!present.has(digest)) known.delete(digest);
      if (known.size === 0) this.usage.delete(repository);
    }
  }

  private forgetOldest(kept: RepositoryName): void {
    let count = 0;
    for (const { size } of this.usage.values()) count += size;
    for (const [repository, { size }] of this.usage) {
      if (count <= this.maxManifests || repository === kept) return;
      this.usage.delete(repository);
      count -= size;
    }
  }
}
