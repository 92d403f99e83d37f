import { type Lease } from '../../storage/ports/lease.js';
import { type Storage } from '../../storage/ports/storage.js';
import { withLease } from '../../storage/protocol/with-lease.js';

/**
 * Runs `work` while no other collector works on the storage, because an entry that one collector moves twice can escape the listing
 * of another. Returns whether the lease was free.
 *
 * @param idleMs how long ago, in milliseconds, the last collector must have released the lease
 */
export function withCollectorLease(
  storage: Pick<Storage, 'lease'>,
  idleMs: number,
  work: (lease: Pick<Lease, 'holds'>) => Promise<void>,
): Promise<boolean> {
  return withLease(storage, { name: 'collector', idleMs }, work);
}
