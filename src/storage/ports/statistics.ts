import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** The figures of one repository. `logicalBytes` is the sum of `uniqueBytes` and `sharedBytes`: its manifests and its blobs. */
export interface RepositoryFigures {
  /** The number of tags whose manifest exists. */
  readonly tags: number;
  readonly manifests: number;
  readonly blobs: number;
  readonly logicalBytes: number;
  /** Bytes that no other repository has. */
  readonly uniqueBytes: number;
  /** Bytes of blobs that other repositories have as well. */
  readonly sharedBytes: number;
  /** When one of the tags was last set, in milliseconds since the epoch. Absent without tags. */
  readonly lastPushedAt?: number;
  /** The login that set it then. Absent for an anonymous client, or if it is unknown. */
  readonly lastPushedBy?: string;
}

/** The totals of a whole storage. */
export interface StorageTotals {
  readonly repositories: number;
  readonly manifests: number;
  /** The bytes of all repositories, where a shared blob counts in each. */
  readonly logicalBytes: number;
  /** The bytes that the storage holds, where a shared blob counts once: approximate while claims change. */
  readonly storedBytes: number;
}

/** The totals at one moment, in milliseconds since the epoch. */
export interface GrowthPoint extends StorageTotals {
  readonly at: number;
}

/** One of the largest blobs of a storage, and at most 1,000 of the repositories that have it. */
export interface LargeBlob {
  readonly digest: Digest;
  readonly size: number;
  readonly repositories: readonly RepositoryName[];
}

/** All figures of a storage, as of the end of one collection. */
export interface StorageSnapshot {
  /** In milliseconds since the epoch. */
  readonly asOf: number;
  /** Each as of its last visit. What is shared may be as old as 16 collections, because it changes without the repository. */
  readonly repositories: ReadonlyMap<RepositoryName, RepositoryFigures>;
  readonly totals: StorageTotals;
  /** The largest blobs, the largest first. */
  readonly largest: readonly LargeBlob[];
  /** Earlier and present totals, the oldest first. */
  readonly growth: readonly GrowthPoint[];
}

/** What leads to a manifest within its repository: a tag that points to it, or an index that lists it. */
export type ManifestHolder = { readonly held: Digest } & (
  { readonly tag: TagName } | { readonly index: Digest }
);

/** A tag, the manifest that its record names, and when and by whom it was set. */
export interface ListedTag {
  readonly tag: TagName;
  readonly digest: Digest;
  /** In milliseconds since the epoch. */
  readonly pushedAt: number;
  /** The login of the client. Absent for an anonymous client, or if it is unknown. */
  readonly by?: string;
}

/** A tag with the bytes of its manifest and of all that it names, each content once. */
export interface SizedTag extends ListedTag {
  readonly totalBytes: number;
}

/** Figures for people. Nothing here refreshes a last-used time. */
export abstract class Statistics {
  /** Counts a repository now, or resolves to `undefined` if it does not exist. Takes time with its size; other work goes on. */
  abstract measure(repository: RepositoryName): Promise<RepositoryFigures | undefined>;

  /** Yields what leads to each of the manifests, once, in no particular order. A thousand manifests take little longer than one. */
  abstract holders(
    repository: RepositoryName,
    digests: readonly Digest[],
  ): AsyncIterable<ManifestHolder>;

  /** Yields all tags in no particular order, also those whose manifest does not exist. */
  abstract tags(repository: RepositoryName): AsyncIterable<ListedTag>;

  /**
   * Yields all tags whose manifest exists with their sizes, in no particular order. An index has the sizes of its manifests that the
   * repository has, and of the first 500 at most.
   */
  abstract sizedTags(repository: RepositoryName): AsyncIterable<SizedTag>;

  /** Yields the manifests that no tag points to, and no index that a tag leads to lists, in no particular order. */
  abstract untagged(repository: RepositoryName): AsyncIterable<Digest>;

  /** Resolves to the last saved snapshot, or to `undefined`. The same object is returned until another one is saved. */
  abstract snapshot(): Promise<StorageSnapshot | undefined>;

  /** Replaces the snapshot in one step, for all processes and durably. */
  abstract save(snapshot: StorageSnapshot): Promise<void>;
}
