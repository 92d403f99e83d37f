import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type LargeBlob } from '../../ports/statistics.js';

/** How many of the largest blobs are reported. */
export const LARGEST = 100;

/** How many are kept: removals then leave enough until the repositories are visited again. */
const KEPT = 200;

/** The number of repositories that are listed for one blob, which thousands may share. */
const MAX_REPOSITORIES = 1_000;

export interface SizedBlob {
  readonly digest: Digest;
  readonly size: number;
}

interface Held extends SizedBlob {
  readonly repositories: Set<RepositoryName>;
}

/** Returns the largest of the blobs. */
export function largestOf<T extends SizedBlob>(blobs: Iterable<T>, most = LARGEST): T[] {
  return [...blobs].sort((left, right) => right.size - left.size).slice(0, most);
}

/** The largest blobs of a storage and the repositories that have them, kept from pass to pass. */
export class LargestBlobs {
  private byDigest = new Map<string, Held>();
  /** The size of the smallest blob that was kept when there were too many. */
  private floor = 0;

  /** Replaces what is known of a repository by its largest blobs. */
  replace(repository: RepositoryName, blobs: readonly SizedBlob[]): void {
    this.forget(repository);
    for (const blob of blobs) this.add(repository, blob);
    if (this.byDigest.size < 2 * KEPT) return;
    const kept = largestOf(this.byDigest.values(), KEPT);
    this.byDigest = new Map(kept.map((held) => [held.digest.toString(), held]));
    this.floor = kept.at(-1)?.size ?? 0;
  }

  forget(repository: RepositoryName): void {
    for (const [key, { repositories }] of this.byDigest) {
      if (repositories.delete(repository) && repositories.size === 0) this.byDigest.delete(key);
    }
  }

  forgetExcept(names: ReadonlyMap<RepositoryName, unknown>): void {
    const known = new Set([...this.byDigest.values()].flatMap((held) => [...held.repositories]));
    for (const name of known) if (!names.has(name)) this.forget(name);
  }

  /** Returns the largest blobs of the repositories that `visited` chooses, the largest first. */
  list(visited: (repository: RepositoryName) => boolean): LargeBlob[] {
    const all = [...this.byDigest.values()].map(({ digest, size, repositories }) => {
      return { digest, size, repositories: [...repositories].filter(visited) };
    });
    return largestOf(all.filter(({ repositories }) => repositories.length > 0));
  }

  private add(repository: RepositoryName, { digest, size }: SizedBlob): void {
    const key = digest.toString();
    const known = this.byDigest.get(key);
    if (known === undefined) {
      if (size < this.floor && this.byDigest.size >= KEPT) return;
      this.byDigest.set(key, { digest, size, repositories: new Set([repository]) });
    } else if (known.repositories.size < MAX_REPOSITORIES) {
      known.repositories.add(repository);
    }
  }
}
