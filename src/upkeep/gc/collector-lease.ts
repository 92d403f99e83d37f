import { type GarbageStore, type Lease } from '../../storage/ports/garbage-store.js';

/** What a collector asks before it takes anything away for good. */
export type Turn = Pick<Lease, 'holds'>;

/** The turn of the only collector that there is. */
export const ALWAYS: Turn = { holds: true };

/** How long the lease of a dead collector keeps the others waiting. */
const LEASE_MS = 120_000;

/**
 * Does `work` while no other collector is at work on the storage, and answers whether there was a turn to be had.
 *
 * Publishers and readers need no turn: the protocol keeps a collector from taking what is theirs. Collectors need one because
 * each looks at a repository while the other moves things in it, to and fro: what moves twice can escape a listing.
 *
 * @param idleMs how long ago, in milliseconds, the last turn must have ended
 */
export async function withCollectorLease(
  garbage: GarbageStore,
  idleMs: number,
  work: (turn: Turn) => Promise<void>,
): Promise<boolean> {
  const lease = await garbage.lease({ forMs: LEASE_MS, idleMs });
  if (lease === undefined) return false;
  // One that cannot be extended runs out, and the work sees that it has.
  let extended = Promise.resolve();
  const extend = () => void (extended = lease.extend().catch(() => undefined));
  const extending = setInterval(extend, LEASE_MS / 4);
  try {
    await work(lease);
    return true;
  } finally {
    clearInterval(extending);
    // One that is under way would take again what is given back.
    await extended;
    await lease.release();
  }
}
