import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';

export type StoredKind = 'manifests' | 'blobs' | 'referrers';

/** One thing that a repository has: a manifest, its claim on a blob, or an entry in the list of a subject's referrers. */
export interface StoredEntry {
  readonly kind: StoredKind;
  readonly digest: Digest;
  /** Of a referrer entry: whose list it is in. */
  readonly subject?: Digest;
  /** In bytes. */
  readonly size: number;
  /** When it was last pushed, mounted, or found to be there, in milliseconds since the epoch; to the minute or so. */
  readonly lastUsed: number;
}

/** What a collector set aside, in the pass that did so: a pass that died leaves them. */
export interface AsideEntry {
  readonly pass: string;
  readonly entry: StoredEntry;
}

/** The part number `index`, from 0 on, of a whole that is cut into `of` parts. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/** How old, in milliseconds since the epoch, things must be to be tidied away. */
export interface TidyLimits {
  /** A file on its way to its place that is older belongs to a writer that died. */
  readonly dead: number;
  /** An empty place that is older is not wanted just now. */
  readonly unused: number;
}

/** For how long the right to collect is taken, and how long ago its last holder must have given it back; milliseconds. */
export interface LeaseTerms {
  readonly forMs: number;
  readonly idleMs: number;
}

/** The right to collect, which one has at a time. */
export interface Lease {
  /** Whether it holds still. Answers at once, by this process's clock: one that slept for too long finds that it has lost it. */
  readonly holds: boolean;

  /** Takes it for as long again from now on, unless it is lost. */
  extend(): Promise<void>;

  /** Gives it back. */
  release(): Promise<void>;
}

/**
 * What a garbage collector needs besides the ports that everybody uses. `gc/collector.ts` has the protocol.
 *
 * Collectors take turns (`upkeep/gc/collector-lease.ts`). Pushes, pulls and deletes do not need the lease.
 */
export abstract class GarbageStore {
  /** Every repository that has anything, also one without manifests, in no order. */
  abstract repositories(): AsyncIterable<RepositoryName>;

  abstract of(repository: RepositoryName): RepositoryGarbage;

  /** Takes the right to collect; `undefined` while another has it, or has had it too lately. */
  abstract lease(terms: LeaseTerms): Promise<Lease | undefined>;

  /**
   * Frees content that no repository claims, in one part of all content, and tidies what belongs to no repository. Answers the
   * bytes freed.
   *
   * Content goes with its last claim anyway: this is for what a crash left between the two.
   */
  abstract sweepUnclaimed(limits: TidyLimits, part: Part): Promise<number>;
}

/** One repository, as its collector sees it. */
export interface RepositoryGarbage {
  /** The bytes of the manifests that are being published; torn ones may be among them. */
  intents(): AsyncIterable<Uint8Array>;

  /** What is in its place, of one kind, in no order; memory does not grow with the number. */
  entries(kind: StoredKind): AsyncIterable<StoredEntry>;

  /** What collectors hold of this repository, of any pass. */
  aside(): AsyncIterable<AsideEntry>;

  /** The bytes of a manifest wherever it is, without moving it, or `undefined`. */
  peek(digest: Digest): Promise<Uint8Array | undefined>;

  /** In how many repositories the content of a blob is claimed. */
  claims(digest: Digest): Promise<number>;

  /** Moves entries aside, durably, and answers those that were still in their place, with their last use by now. */
  setAside(pass: string, entries: readonly StoredEntry[]): Promise<StoredEntry[]>;

  /** Restores an entry durably; an entry that exists by now stays. */
  restore(pass: string, entry: StoredEntry): Promise<void>;

  /** Forgets an entry that was set aside. Answers the bytes freed: those of a blob only with its last claim. */
  drop(pass: string, entry: StoredEntry): Promise<number>;

  /** Removes what writers that died have left, and empty places; a writer whose place is taken makes it again. */
  tidy(limits: TidyLimits): Promise<void>;

  /**
   * A text that changes with every change of the repository, or `undefined` where it might have changed
   * just now.
   */
  fingerprint(): Promise<string | undefined>;
}
