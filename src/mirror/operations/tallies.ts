import { type PullLimit } from '../../domain/mirror-control.js';
import {
  type MirroredKind,
  type MirrorObserver,
  type MirrorResult,
  type UpstreamAnswer,
} from '../../domain/mirror-report.js';

/** What one mirror did since this process started. */
export interface Tally {
  readonly requests: Readonly<Record<MirrorResult, number>>;
  readonly bytes: Readonly<Record<'cache' | 'upstream', number>>;
  readonly limit: PullLimit | undefined;
}

interface Counted extends Tally {
  readonly requests: Record<MirrorResult, number>;
  readonly bytes: Record<'cache' | 'upstream', number>;
  limit: PullLimit | undefined;
}

/** Counts what mirrors do, by their names. A mirror whose plan changes goes on with its counts. */
export class Tallies implements Omit<MirrorObserver, 'attend'> {
  private readonly counted = new Map<string, Counted>();

  /** Returns the counts of a mirror, which are 0 for one that nobody has used. */
  of(mirror: string): Tally {
    return this.counted.get(mirror) ?? zero();
  }

  answered(mirror: string, _kind: MirroredKind, result: MirrorResult): void {
    this.get(mirror).requests[result] += 1;
  }

  transferred(mirror: string, from: 'cache' | 'upstream', bytes: number): void {
    this.get(mirror).bytes[from] += bytes;
  }

  upstreamAnswered(mirror: string, { pullsLeft: left, pullsAllowed: limit }: UpstreamAnswer): void {
    if (left === undefined) return;
    this.get(mirror).limit = { left, ...(limit !== undefined && { limit }), at: new Date() };
  }

  private get(mirror: string): Counted {
    const known = this.counted.get(mirror);
    if (known !== undefined) return known;
    const counted = zero();
    this.counted.set(mirror, counted);
    return counted;
  }
}

function zero(): Counted {
  return {
    requests: { hit: 0, confirmed: 0, fetched: 0, stale: 0, missing: 0, limited: 0, failed: 0 },
    bytes: { cache: 0, upstream: 0 },
    limit: undefined,
  };
}
