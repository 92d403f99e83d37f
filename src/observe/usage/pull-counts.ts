import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Pulls } from '../../storage/ports/usage-store.js';

/** The pulls of one manifest. They change in place, so that a pull costs one look into a map. */
interface Count {
  readonly repository: RepositoryName;
  readonly digest: string;
  pulls: number;
  lastPulledAt: number;
}

/** Counts pulls by repository and digest, in bounded memory. */
export class PullCounts {
  private counts = new Map<string, Count>();

  constructor(private readonly maxManifests: number) {}

  /** Whether no further manifest can be counted. */
  get isFull(): boolean {
    return this.counts.size >= this.maxManifests;
  }

  /** Adds pulls of a manifest. Drops them if it is not counted yet and there is no room. */
  add(repository: RepositoryName, digest: string, lastPulledAt: number, pulls = 1): void {
    const key = `${repository}@${digest}`;
    const count = this.counts.get(key);
    if (count !== undefined) {
      count.pulls += pulls;
      count.lastPulledAt = Math.max(count.lastPulledAt, lastPulledAt);
    } else if (!this.isFull) {
      this.counts.set(key, { repository, digest, pulls, lastPulledAt });
    }
  }

  /** Returns all pulls by repository, and counts from zero again. */
  take(): Map<RepositoryName, Pulls[]> {
    const taken = new Map<RepositoryName, Pulls[]>();
    for (const { repository, digest, pulls, lastPulledAt } of this.counts.values()) {
      const known = taken.get(repository) ?? [];
      known.push({ digest: Digest.parse(digest), pulls, lastPulledAt });
      taken.set(repository, known);
    }
    this.counts = new Map();
    return taken;
  }
}
