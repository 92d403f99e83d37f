import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type GrowthPoint, type StorageTotals } from '../../storage/ports/statistics.js';
import { type Storage } from '../../storage/ports/storage.js';

/** The totals of the last collection, and those before. */
export interface StorageFigures {
  /** When the collection ended, in milliseconds since the epoch. */
  readonly asOf: number;
  readonly totals: StorageTotals;
  /** The bytes that are saved because shared blobs are stored once. */
  readonly sharingSaves: number;
  /** The oldest first. */
  readonly growth: readonly GrowthPoint[];
}

export interface LargestBlob {
  readonly digest: Digest;
  readonly size: number;
  /** The repositories that have it, of those that the caller may see. */
  readonly repositories: readonly RepositoryName[];
}

export interface LargestBlobs {
  readonly asOf: number;
  readonly blobs: readonly LargestBlob[];
}

/**
 * Resolves to the totals of the storage, or to `undefined` before the first collection. They are about all repositories, so only
 * an administrator may see them.
 *
 * @param since leaves out the growth before, in milliseconds since the epoch
 */
export async function storageFigures(
  { statistics }: Pick<Storage, 'statistics'>,
  since = 0,
): Promise<StorageFigures | undefined> {
  const snapshot = await statistics.snapshot();
  if (snapshot === undefined) return undefined;
  const { asOf, totals, growth } = snapshot;
  return {
    asOf,
    totals,
    sharingSaves: Math.max(0, totals.logicalBytes - totals.storedBytes),
    growth: growth.filter(({ at }) => at >= since),
  };
}

/**
 * Resolves to the largest blobs as of the last collection, or to `undefined` before the first one. Blobs that are only in repositories
 * that the caller may not see are left out.
 *
 * @param limit at most 100 are known
 * @param allows chooses the repositories that the caller may see
 */
export async function largestBlobs(
  { statistics }: Pick<Storage, 'statistics'>,
  limit: number,
  allows: (repository: RepositoryName) => boolean = () => true,
): Promise<LargestBlobs | undefined> {
  const snapshot = await statistics.snapshot();
  if (snapshot === undefined) return undefined;
  const blobs: LargestBlob[] = [];
  for (const blob of snapshot.largest) {
    if (blobs.length >= limit) break;
    const repositories = blob.repositories.filter(allows);
    if (repositories.length > 0) blobs.push({ ...blob, repositories });
  }
  return { asOf: snapshot.asOf, blobs };
}
