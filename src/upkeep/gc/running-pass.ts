import { type CollectionReport } from '../../domain/collection-report.js';
import { type Collected, type CollectionTotals } from '../../storage/ports/collector.js';

/** Adds up what one pass of the collector removes. */
export class RunningPass {
  private readonly began = performance.now();
  /** Present once all of the pass has run. */
  totals: CollectionTotals | undefined;
  things = 0;
  freed = 0;

  /** Yields all of `pass`, and keeps its totals. */
  async *keep(
    pass: AsyncGenerator<Collected, CollectionTotals>,
  ): AsyncGenerator<Collected, void, void> {
    this.totals = yield* pass;
  }

  add({ freed }: Collected): void {
    this.things++;
    this.freed += freed;
  }

  /** Returns the report of a pass that ended. @param stopped whether it was cut short */
  report(stopped: boolean): CollectionReport {
    const { totals } = this;
    const result = stopped ? 'stopped' : totals === undefined ? 'failed' : 'complete';
    return {
      result,
      milliseconds: performance.now() - this.began,
      freedBytes: this.freed,
      totals: result === 'complete' && totals !== undefined ? storeTotals(totals) : undefined,
    };
  }
}

function storeTotals({ store }: CollectionTotals): CollectionReport['totals'] {
  return {
    logicalBytes: store.logicalBytes,
    uniqueBytes: store.storedBytes,
    repositories: store.repositories,
    manifests: store.manifests,
  };
}
