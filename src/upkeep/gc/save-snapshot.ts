import { type CollectionTotals } from '../../storage/ports/collector.js';
import { type Storage } from '../../storage/ports/storage.js';
import { nextSnapshot } from '../../storage/protocol/next-snapshot.js';

/** Saves the figures of a complete collection, which have cost no further look at the storage. */
export async function saveSnapshot(
  { statistics }: Pick<Storage, 'statistics'>,
  totals: CollectionTotals,
  now = Date.now(),
): Promise<void> {
  const last = await statistics.snapshot();
  await statistics.save(nextSnapshot(totals, last?.growth ?? [], now));
}
