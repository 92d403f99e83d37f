import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';

export type StoredKind = 'manifests' | 'blobs' | 'referrers';

/** A manifest of a repository, its claim on a blob, or an entry in the list of a subject's referrers. */
export interface StoredEntry {
  readonly kind: StoredKind;
  readonly digest: Digest;
  /** Of a referrer entry: the manifest in whose list it is. */
  readonly subject?: Digest;
  /** In bytes. */
  readonly size: number;
  /** When it was last pushed, mounted or asked for, in milliseconds since the epoch; refreshed only now and then. */
  readonly lastUsed: number;
  /** Of a blob: how many repositories claim it, as far as a listing can tell; 1 when absent. */
  readonly claims?: number;
}

/** An entry set aside by a collection pass. Entries of passes that died remain until a later pass finishes them. */
export interface AsideEntry {
  readonly pass: string;
  readonly entry: StoredEntry;
}

/** Part number `index`, counted from 0, of a whole that is cut into `of` parts. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

/** Before which moment leftovers are removed, in milliseconds since the epoch. */
export interface TidyLimits {
  /** An unfinished file from before belongs to a writer that died. */
  readonly dead: number;
  /** An empty directory from before is not about to be filled. */
  readonly unused: number;
}

/**
 * The moves that the collector of `repository-collector.ts` makes, in a storage without transactions: filesystem and memory.
 *
 * Collectors exclude each other by a lease. Pushes, pulls and deletes need none.
 */
export abstract class GarbageStore {
  /** Yields every repository that has anything, also one without manifests, in no order. */
  abstract repositories(): AsyncIterable<RepositoryName>;

  abstract of(repository: RepositoryName): RepositoryGarbage;

  /**
   * Frees content that no repository claims, in one part of all content, and removes what dead writers left outside of
   * repositories. Returns the bytes freed.
   *
   * Content goes with its last claim: this finds what a crash left between the two.
   */
  abstract sweepUnclaimed(limits: TidyLimits, part: Part): Promise<number>;
}

/** The collector's view of one repository. */
export interface RepositoryGarbage {
  /** Yields the bytes of the manifests that are being published; torn ones may be among them. */
  intents(): AsyncIterable<Uint8Array>;

  /** Yields the entries of one kind that are in their place, in no order; memory does not grow with their number. */
  entries(kind: StoredKind): AsyncIterable<StoredEntry>;

  /** Yields the entries that any pass has set aside. */
  aside(): AsyncIterable<AsideEntry>;

  /** Reads a manifest wherever it is, without moving it; `undefined` when it does not exist. */
  peek(digest: Digest): Promise<Uint8Array | undefined>;

  /** Counts the repositories that claim a blob. */
  claims(digest: Digest): Promise<number>;

  /** Moves entries aside, durably, and returns those that were still in their place, with their last-used time by now. */
  setAside(pass: string, entries: readonly StoredEntry[]): Promise<StoredEntry[]>;

  /** Restores an entry durably; an entry that exists by now stays. */
  restore(pass: string, entry: StoredEntry): Promise<void>;

  /** Deletes an entry that was set aside. Returns the bytes freed: those of a blob only with its last claim. */
  drop(pass: string, entry: StoredEntry): Promise<number>;

  /** Removes what dead writers left, and empty directories; a writer that misses its directory makes it again. */
  tidy(limits: TidyLimits): Promise<void>;

  /** Returns a text that changes with every change of the repository; `undefined` if it may be changing just now. */
  fingerprint(): Promise<string | undefined>;
}
