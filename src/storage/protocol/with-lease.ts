import { type Lease } from '../ports/lease.js';
import { type Storage } from '../ports/storage.js';

/** How long the lease of a dead process keeps others waiting. */
const LEASE_MS = 120_000;

/** What a lease is for. */
export interface LeasedWork {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** How long ago, in milliseconds, the last holder must have released the lease; by default it may have done so just now. */
  readonly idleMs?: number;
}

/** A lease that is extended until it is released. */
export type HeldLease = Pick<Lease, 'holds' | 'release'>;

/** Takes a lease and extends it, or resolves to `undefined` if another process has it. The caller releases it. */
export async function holdLease(
  storage: Pick<Storage, 'lease'>,
  { name, idleMs = 0 }: LeasedWork,
): Promise<HeldLease | undefined> {
  const lease = await storage.lease(name, { forMs: LEASE_MS, idleMs });
  if (lease === undefined) return undefined;
  // A lease that cannot be extended expires, and the work sees that in `holds`.
  let extended = Promise.resolve();
  const extend = () => void (extended = extended.then(() => lease.extend()).catch(() => undefined));
  const extending = setInterval(extend, LEASE_MS / 4);
  return {
    get holds() {
      return lease.holds;
    },
    release: async () => {
      clearInterval(extending);
      // A running extension would take the released lease again.
      await extended;
      await lease.release();
    },
  };
}

/** Runs `work` while no other process of the storage does work of this name. Returns whether the lease was free. */
export async function withLease(
  storage: Pick<Storage, 'lease'>,
  leased: LeasedWork,
  work: (lease: Pick<Lease, 'holds'>) => Promise<void>,
): Promise<boolean> {
  const lease = await holdLease(storage, leased);
  if (lease === undefined) return false;
  try {
    await work(lease);
    return true;
  } finally {
    await lease.release();
  }
}
