import { type Lease, type LeaseTerms } from '../ports/lease.js';

/** Grants the leases of a storage that only one process uses. They never expire, because a holder cannot die alone. */
export class ProcessLeases {
  private readonly byName = new Map<string, ProcessLease>();

  /** @param now the time in milliseconds since the epoch */
  constructor(private readonly now: () => number = Date.now) {}

  /** Takes the lease called `name`, or returns `undefined` if it is held or was released too recently. */
  take(name: string, { idleMs }: LeaseTerms): Lease | undefined {
    const last = this.byName.get(name);
    if (last !== undefined && this.now() < last.releasedAt + idleMs) return undefined;
    const lease = new ProcessLease(this.now);
    this.byName.set(name, lease);
    return lease;
  }
}

class ProcessLease implements Lease {
  releasedAt = Infinity;

  constructor(private readonly now: () => number) {}

  get holds(): boolean {
    return this.releasedAt === Infinity;
  }

  extend(): Promise<void> {
    return Promise.resolve();
  }

  release(): Promise<void> {
    if (this.holds) this.releasedAt = this.now();
    return Promise.resolve();
  }
}
