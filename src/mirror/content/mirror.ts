import { LRUCache } from 'lru-cache';

import { type RemoteName } from '../../client/registry-client.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Flights } from '../flights/flights.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { type Upstream } from '../upstream/upstream.js';
import { TagAnswers } from './tag-answers.js';

/** How many names are remembered as missing. */
const MAX_MISSING = 20_000;

/** How many bytes of referrers are remembered, and how many one takes besides its annotations. Estimates. */
const MAX_REFERRERS_BYTES = 8 * 1024 ** 2;
const BYTES_PER_REFERRER = 600;

/** A mirror of one registry, with what this process remembers of the registry's answers. */
export class Mirror {
  readonly answers: TagAnswers;
  /** The lists of referrers that are fresh, by repository and subject. */
  readonly referrers: LRUCache<string, readonly Descriptor[]>;
  private readonly missing: LRUCache<string, true>;

  constructor(
    readonly plan: MirrorPlan,
    readonly upstream: Upstream,
    readonly flights: Flights,
    readonly now: () => number,
  ) {
    this.answers = new TagAnswers(plan.freshMs, now);
    // By default, the cache reads the clock only once a millisecond, by a timer.
    const clock = { perf: { now }, ttlResolution: 0 };
    this.missing = new LRUCache({ max: MAX_MISSING, ttl: plan.missingMs, ...clock });
    this.referrers = new LRUCache({
      maxSize: MAX_REFERRERS_BYTES,
      sizeCalculation: sizeOfReferrers,
      // A cache takes 0 for an entry that stays for ever.
      ttl: Math.max(1, plan.freshMs),
      ...clock,
    });
  }

  /** Remembers for a while that the upstream does not have what `key` names. */
  addMissing(key: string): void {
    // Without a time, the cache would keep the entry for ever.
    if (this.plan.missingMs > 0) this.missing.set(key, true);
  }

  /** Whether the upstream lately said that it does not have what `key` names. */
  isMissing(key: string): boolean {
    return this.missing.has(key);
  }

  forgetMissing(key: string): void {
    this.missing.delete(key);
  }
}

/** A repository of a mirror. */
export interface MirroredRepository {
  readonly mirror: Mirror;
  /** Its name in this registry. */
  readonly repository: RepositoryName;
  /** Its name in the registry that is mirrored. */
  readonly remote: RemoteName;
  /** Whether the upstream may be asked for its content: otherwise, what is stored is all there is. */
  readonly mayAsk: boolean;
}

function sizeOfReferrers(list: readonly Descriptor[]): number {
  const annotations = list.map((entry) => JSON.stringify(entry.annotations ?? {}).length);
  return annotations.reduce((sum, length) => sum + 2 * length + BYTES_PER_REFERRER, 1);
}
