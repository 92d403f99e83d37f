/** How a lease is taken. In milliseconds. */
export interface LeaseTerms {
  /** After this time without `extend` the lease is free again: its holder is considered dead. */
  readonly forMs: number;
  /** The lease is refused if its last holder released it less than this time ago. */
  readonly idleMs: number;
}

/** The exclusive right to one kind of work, across all processes of a storage. */
export interface Lease {
  /** Whether this process still holds the lease. Answers at once, by this process's clock, also after it was suspended. */
  readonly holds: boolean;

  /** Holds the lease for as long again from now on, unless it is lost. */
  extend(): Promise<void>;

  /** Gives the lease back. */
  release(): Promise<void>;
}
