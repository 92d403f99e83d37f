import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type CollectedEntry } from '../../storage/ports/collector.js';

/** The bytes of a mirror: its manifests, and each blob once, however many of its repositories have it. */
export class HeldBytes {
  /** The sizes of manifests and blobs, by kind and digest. */
  private readonly held = new Map<RepositoryName, Map<string, number>>();
  /** How many repositories have each blob. */
  private readonly holders = new Map<string, number>();
  private bytes = 0;

  get total(): number {
    return this.bytes;
  }

  /** Adds what a repository has. */
  add({ kind, repository, digest, size }: CollectedEntry): void {
    if (kind === 'referrers') return;
    const held = this.held.get(repository) ?? new Map<string, number>();
    this.held.set(repository, held);
    const key = `${kind} ${digest}`;
    if (held.has(key)) return;
    held.set(key, size);
    if (kind === 'manifests' || this.countHolder(key, 1) === 1) this.bytes += size;
  }

  /** Subtracts what a repository no longer has or needs. What was not added changes nothing. */
  remove(repository: RepositoryName, kind: CollectedEntry['kind'], digest: Digest): void {
    const held = this.held.get(repository);
    const key = `${kind} ${digest}`;
    const size = held?.get(key);
    if (held === undefined || size === undefined) return;
    held.delete(key);
    if (kind === 'manifests' || this.countHolder(key, -1) === 0) this.bytes -= size;
  }

  private countHolder(key: string, change: 1 | -1): number {
    const count = (this.holders.get(key) ?? 0) + change;
    if (count === 0) this.holders.delete(key);
    else this.holders.set(key, count);
    return count;
  }
}
