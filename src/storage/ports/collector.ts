import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type Lease } from './lease.js';
import { type LargeBlob, type RepositoryFigures, type StorageTotals } from './statistics.js';

/** What a collection may remove. Times in milliseconds. */
export interface CollectionRules {
  /** Content that was used within this time stays. This only saves clients a second push; safety does not depend on it. */
  readonly graceMs: number;
  /** Whether manifests without a tag stay, with all content that they name. */
  readonly keepUntagged: boolean;
  /** Uploads without new bytes for this time expire. */
  readonly uploadTtlMs: number;
  /** Uploads without any byte expire after this time, by default the same. */
  readonly emptyUploadTtlMs?: number;
  /** The only repository to collect. If absent, all repositories and uploads are collected. */
  readonly repository?: RepositoryName;
  /** Whether this pass sweeps all content that a crash may have left, instead of its share. */
  readonly thorough?: boolean;
  /** How far the collector's clock is ahead of the storage's. For tests, and for removals without a grace period. */
  readonly clockAheadMs?: number;
}

/** An unreachable entry of a repository. `freed` is the number of bytes that its removal frees in the storage. */
export interface CollectedEntry {
  readonly kind: 'manifests' | 'blobs' | 'referrers';
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly size: number;
  readonly freed: number;
}

/** An upload that expired. */
export interface ExpiredUpload {
  readonly kind: 'uploads';
  readonly repository: RepositoryName;
  readonly id: UploadId;
  readonly size: number;
  readonly freed: number;
}

/** Content that no repository claims. A crash can leave it after the last claim was removed. */
export interface UnclaimedContent {
  readonly kind: 'content';
  readonly freed: number;
}

export type Collected = CollectedEntry | ExpiredUpload | UnclaimedContent;

/** The figures of the repositories that a pass visited, each as of its visit. */
export interface CollectionTotals {
  /** Also those without a manifest, which clients do not see. */
  readonly repositories: ReadonlyMap<RepositoryName, RepositoryFigures>;
  readonly store: StorageTotals;
  /** The largest blobs of these repositories, the largest first: at most 100. */
  readonly largest: readonly LargeBlob[];
}

/** Tags and manifests of one repository that a preview considers removed. */
export interface AssumedRemoved {
  readonly repository: RepositoryName;
  readonly tags?: readonly TagName[];
  readonly manifests?: readonly Digest[];
}

/** Explains why a collector keeps some content in one repository. */
export interface Explanation {
  readonly repository: RepositoryName;
  readonly kind: CollectedEntry['kind'];
  /** The path from a tag, or from a kept untagged manifest, to the content. Empty if the content is unreachable. */
  readonly chain: readonly string[];
  /** The last-used time, in milliseconds since the epoch. */
  readonly lastUsed: number;
}

/**
 * Frees the space of unreachable content while clients push, pull and delete.
 *
 * A manifest whose publication was acknowledged has all content that it requires, even if a pass runs at the same time.
 */
export abstract class Collector {
  /**
   * Runs one pass and yields each thing after its removal. Returns the totals of what remains.
   *
   * An error in one repository does not end the pass for the others. It is thrown at the end.
   *
   * @param lease a pass that loses its lease removes nothing more, and restores what it has set aside
   */
  abstract collect(
    rules: CollectionRules,
    lease?: Pick<Lease, 'holds'>,
  ): AsyncGenerator<Collected, CollectionTotals>;

  /**
   * Yields the entries that a pass would remove, each with the bytes freed if all earlier ones are removed too. Expired uploads,
   * unclaimed content and leftovers of dead passes are not included.
   *
   * @param without considers only this repository, as if these tags and manifests were removed; the manifests are yielded too
   */
  abstract preview(
    rules: CollectionRules,
    without?: AssumedRemoved,
  ): AsyncGenerator<CollectedEntry>;

  /**
   * Yields the entries that a pass would remove after these tags and manifests were removed, but not before it. This default compares
   * two previews.
   */
  async *consequences(
    rules: CollectionRules,
    removal: AssumedRemoved,
  ): AsyncGenerator<CollectedEntry> {
    const { repository } = removal;
    const before = new Set<string>();
    for await (const entry of this.preview(rules, { repository })) before.add(keyOf(entry));
    for await (const entry of this.preview(rules, removal)) {
      if (!before.has(keyOf(entry))) yield entry;
    }
  }

  /** Yields an explanation for each repository that has the content. */
  abstract explain(
    digest: Digest,
    rules: Pick<CollectionRules, 'keepUntagged'>,
  ): AsyncGenerator<Explanation>;
}

function keyOf({ kind, digest }: CollectedEntry): string {
  return `${kind} ${digest}`;
}
