/** The bytes and things of a whole store after a collection. */
export interface StoreTotals {
  /** The bytes of all repositories, where a shared blob counts in each. */
  readonly logicalBytes: number;
  /** The bytes that the store holds, where a shared blob counts once. */
  readonly uniqueBytes: number;
  readonly repositories: number;
  readonly manifests: number;
}

/** One pass of the collector. */
export interface CollectionReport {
  /** `stopped` is a pass that the end of the process, or the loss of its lease, cut short. */
  readonly result: 'complete' | 'failed' | 'stopped';
  readonly milliseconds: number;
  readonly freedBytes: number;
  /** Present if the pass is complete. */
  readonly totals: StoreTotals | undefined;
}

/** Sees the passes of the collector. It must not throw. */
export interface CollectionObserver {
  collected(report: CollectionReport): void;
}
