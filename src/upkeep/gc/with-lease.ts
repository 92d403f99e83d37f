import { type Lease } from '../../storage/ports/lease.js';
import { type Storage } from '../../storage/ports/storage.js';

/** The lease that every collector takes. */
const COLLECTOR = 'collector';

/** How long the lease of a dead collector keeps other collectors waiting. */
const LEASE_MS = 120_000;

/**
 * Runs `work` while no other collector works on the storage, because an entry that one collector moves twice can escape the listing
 * of another. Returns whether the lease was free.
 *
 * @param idleMs how long ago, in milliseconds, the last collector must have released the lease
 */
export async function withCollectorLease(
  storage: Pick<Storage, 'lease'>,
  idleMs: number,
  work: (lease: Pick<Lease, 'holds'>) => Promise<void>,
): Promise<boolean> {
  const lease = await storage.lease(COLLECTOR, { forMs: LEASE_MS, idleMs });
  if (lease === undefined) return false;
  // A lease that cannot be extended expires, and the work sees that in `holds`.
  let extended = Promise.resolve();
  const extend = () => void (extended = extended.then(() => lease.extend()).catch(() => undefined));
  const extending = setInterval(extend, LEASE_MS / 4);
  try {
    await work(lease);
    return true;
  } finally {
    clearInterval(extending);
    // A running extension would take the released lease again.
    await extended;
    await lease.release();
  }
}
