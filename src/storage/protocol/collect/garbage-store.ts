import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ListedTag } from '../../ports/statistics.js';

export type StoredKind = 'manifests' | 'blobs' | 'referrers';

/** An entry of a repository: a manifest, a claim on a blob, or an entry in the list of a subject's referrers. */
export interface StoredEntry {
  readonly kind: StoredKind;
  readonly digest: Digest;
  /** For a referrer entry, the manifest that it refers to. */
  readonly subject?: Digest;
  /** In bytes. */
  readonly size: number;
  /** When it was last pushed, mounted or requested, in milliseconds since the epoch. Refreshed only from time to time. */
  readonly lastUsed: number;
  /** For a blob, the number of repositories that claim it, as far as a listing can know; 1 if absent. */
  readonly claims?: number;
}

/** Identifies one stored entry of a repository. */
export type EntryKey = Pick<StoredEntry, 'kind' | 'digest' | 'subject'>;

/** An entry set aside by a collection pass. Entries of passes that died remain until a later pass finishes them. */
export interface AsideEntry {
  readonly pass: string;
  readonly entry: StoredEntry;
}

/** Part number `index` of `count` parts, counted from 0. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/** The times before which leftovers are removed, in milliseconds since the epoch. */
export interface TidyLimits {
  /** An unfinished file that is older belongs to a dead writer. */
  readonly dead: number;
  /** An empty directory that is older is not in use. */
  readonly unused: number;
}

/**
 * The operations of `RepositoryCollector` on a storage without transactions: filesystem and memory. Collectors exclude each other
 * by a lease; pushes, pulls and deletes need none.
 */
export abstract class GarbageStore {
  /** Yields every repository with at least one entry, also without manifests, in no particular order. */
  abstract repositories(): AsyncIterable<RepositoryName>;

  abstract of(repository: RepositoryName): RepositoryGarbage;

  /**
   * Frees content that a crash left unclaimed in one part of all content, and removes the leftovers of dead writers outside of
   * repositories. Resolves to the number of bytes freed.
   */
  abstract sweepUnclaimed(limits: TidyLimits, part: Part): Promise<number>;
}

/**
 * The collector's view of one repository. Its ten methods stay together, because one pass needs them all over the same repository.
 */
export interface RepositoryGarbage {
  /** Yields the tags and their manifests. Unlike `TagStore`, it refreshes no last-used time and restores nothing. */
  tags(): AsyncIterable<ListedTag>;

  /** Resolves to one entry in its place, or to `undefined` if it does not exist. */
  entry(key: EntryKey): Promise<StoredEntry | undefined>;

  /** Yields the bytes of the manifests that are being published. Some may be incomplete. */
  intents(): AsyncIterable<Uint8Array>;

  /** Yields the entries of one kind that are not set aside, in no particular order. Memory does not grow with their number. */
  entries(kind: StoredKind): AsyncIterable<StoredEntry>;

  /** Yields the entries that were set aside by any pass. */
  aside(): AsyncIterable<AsideEntry>;

  /** Reads a manifest, set aside or not, without moving it. Resolves to `undefined` if it does not exist. */
  peek(digest: Digest): Promise<Uint8Array | undefined>;

  /** Counts the repositories that claim a blob. */
  claims(digest: Digest): Promise<number>;

  /** Moves entries aside durably. Resolves to those that still existed, with their current last-used time. */
  setAside(pass: string, entries: readonly StoredEntry[]): Promise<StoredEntry[]>;

  /** Restores an entry durably, unless it exists again. */
  restore(pass: string, entry: StoredEntry): Promise<void>;

  /** Deletes an entry that was set aside. Resolves to the number of bytes freed; a blob is freed with its last claim. */
  drop(pass: string, entry: StoredEntry): Promise<number>;

  /** Removes the leftovers of dead writers, and empty directories. A writer creates a missing directory again. */
  tidy(limits: TidyLimits): Promise<void>;

  /** Resolves to a text that changes with every change of the repository, or to `undefined` if it may be changing now. */
  fingerprint(): Promise<string | undefined>;
}
