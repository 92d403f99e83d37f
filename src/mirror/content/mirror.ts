import { LRUCache } from 'lru-cache';

import { RemoteFailure, type RemoteName } from '../../client/registry-client.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { upTo } from '../../domain/growing-cache.js';
import {
  type MirroredKind,
  type MirrorObserver,
  type MirrorResult,
} from '../../domain/mirror-report.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Flights } from '../flights/flights.js';
import { type MirrorPlan } from '../plan/mirrors-plan.js';
import { asRegistryError, type Unknown } from '../upstream/failures.js';
import { type Upstream } from '../upstream/upstream.js';
import { WrongContent } from '../upstream/wrong-content.js';
import { TagAnswers } from './tag-answers.js';

/** How many names are remembered as missing. */
const MAX_MISSING = 20_000;

/** How many bytes of referrers are remembered, and how many one takes besides its annotations. Estimates. */
const MAX_REFERRERS_BYTES = 8 * 1024 ** 2;
const BYTES_PER_REFERRER = 600;

/** The errors for what the upstream refuses to give. */
const UNKNOWN = {
  tag: 'manifest-unknown',
  manifest: 'manifest-unknown',
  blob: 'blob-unknown',
} as const satisfies Record<MirroredKind, Unknown>;

/** What was found, and how. */
export interface Found<T> {
  readonly found: T | undefined;
  readonly result: MirrorResult;
}

/** Sees what mirrors do. */
export type MirrorWatch = Pick<MirrorObserver, 'answered' | 'transferred'>;

/** Lists of referrers that are remembered. */
export interface KnownReferrers {
  get(key: string): readonly Descriptor[] | undefined;
  set(key: string, list: readonly Descriptor[]): unknown;
}

/** A mirror of one registry, with what this process remembers of the registry's answers. */
export class Mirror {
  readonly answers: TagAnswers;
  /** The lists of referrers that are fresh, by repository and subject. */
  readonly referrers: KnownReferrers;
  private readonly missing: LRUCache<string, true>;

  constructor(
    readonly plan: MirrorPlan,
    readonly upstream: Upstream,
    readonly flights: Flights,
    private readonly watch: MirrorWatch,
    /** Whether content may be stored now. */
    readonly mayStore: () => Promise<boolean>,
    readonly now: () => number,
  ) {
    this.answers = new TagAnswers(plan.freshMs, now);
    // By default, the cache reads the clock only once a millisecond, by a timer.
    const clock = { perf: { now }, ttlResolution: 0 };
    this.missing = new LRUCache({ ...upTo(MAX_MISSING), ttl: plan.missingMs, ...clock });
    this.referrers = new LRUCache({
      maxSize: MAX_REFERRERS_BYTES,
      sizeCalculation: sizeOfReferrers,
      // A cache takes 0 for an entry that stays for ever.
      ttl: Math.max(1, plan.freshMs),
      ...clock,
    });
  }

  /** Reports how a client was answered. */
  report(kind: MirroredKind, result: MirrorResult): void {
    this.watch.answered(this.plan.name, kind, result);
  }

  /** Reports that a client gets bytes of a blob that is stored. */
  reportCached(bytes: number): void {
    this.watch.transferred(this.plan.name, 'cache', bytes);
  }

  /** Reports that a client gets what is stored, and returns it. */
  hit<T>(kind: MirroredKind, found: T): T {
    this.report(kind, 'hit');
    return found;
  }

  /** Answers a client by `work`, and reports how. @throws RegistryError for the failures of the upstream */
  async answer<T>(kind: MirroredKind, work: () => Promise<Found<T>>): Promise<T | undefined> {
    try {
      const { found, result } = await work();
      this.report(kind, found === undefined ? 'missing' : result);
      return found;
    } catch (error) {
      throw this.failure(kind, error);
    }
  }

  /** Reports an error, and returns what the client gets for it. */
  failure(kind: MirroredKind, error: unknown): unknown {
    const result = resultOf(error);
    if (result !== undefined) this.report(kind, result);
    return asRegistryError(error, this.upstream, UNKNOWN[kind]);
  }

  /** Whether stored content must not be served after a failure, because the login may not read private content any more. */
  mustHide({ kind }: RemoteFailure): boolean {
    return this.plan.content === 'private' && (kind === 'refused' || kind === 'login');
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
  /**
   * Returns whether the upstream may be asked for its content: otherwise, what is stored is all there is. It is decided only when it is
   * needed, because nearly all requests get what is stored.
   */
  readonly mayAsk: () => boolean;
}

/** Returns the result of a failure, or `undefined` for an error that is not one of the upstream. */
function resultOf(error: unknown): MirrorResult | undefined {
  if (error instanceof WrongContent) return 'failed';
  if (!(error instanceof RemoteFailure)) return undefined;
  if (error.kind === 'limited') return 'limited';
  return error.kind === 'refused' ? 'missing' : 'failed';
}

function sizeOfReferrers(list: readonly Descriptor[]): number {
  const annotations = list.map((entry) => JSON.stringify(entry.annotations ?? {}).length);
  return annotations.reduce((sum, length) => sum + 2 * length + BYTES_PER_REFERRER, 1);
}
