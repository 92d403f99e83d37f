import { LRUCache } from 'lru-cache';

import { type RemoteName } from '../../client/registry-client.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Flights } from '../flights/flights.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { type Upstream } from '../upstream/upstream.js';
import { TagAnswers } from './tag-answers.js';

/** How many names are remembered as missing. */
const MAX_MISSING = 20_000;

/** A mirror of one registry, with what this process remembers of the registry's answers. */
export class Mirror {
  readonly answers: TagAnswers;
  private readonly missing: LRUCache<string, true>;

  constructor(
    readonly plan: MirrorPlan,
    readonly upstream: Upstream,
    readonly flights: Flights,
    readonly now: () => number,
  ) {
    this.answers = new TagAnswers(plan.freshMs, now);
    this.missing = new LRUCache({ max: MAX_MISSING, ttl: plan.missingMs, perf: { now } });
  }

  /** Remembers for a while that the upstream does not have what `key` names. */
  addMissing(key: string): void {
    // Without a time, the cache would keep the entry for ever.
    if (this.plan.missingMs > 0) this.missing.set(key, true);
  }

  /** Whether nothing of this key can be fetched now: the upstream does not have it, or is not asked. */
  isMissing(key: string): boolean {
    return this.plan.offline || this.missing.has(key);
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
}
