/** The terms of a lease. In milliseconds. */
export interface LeaseTerms {
  /** A lease that is not extended for this time expires: its holder is considered dead. */
  readonly forMs: number;
  /** The lease is refused if its last holder released it less than this time ago. */
  readonly idleMs: number;
}

/** The exclusive right to one kind of work, across all processes of a storage. */
export interface Lease {
  /** Whether this process still holds the lease, by its own clock: `false` at once after a suspension that was too long. */
  readonly holds: boolean;

  /** Extends the lease to its full time from now on, unless it has expired. */
  extend(): Promise<void>;

  /** Ends the lease, so that another process can take it. */
  release(): Promise<void>;
}
