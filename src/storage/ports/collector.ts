import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type Lease } from './lease.js';

/** What a collection may take away; times in milliseconds. */
export interface CollectionRules {
  /** Content that was used within this time stays. It only spares clients a second push: safety does not depend on it. */
  readonly graceMs: number;
  /** Whether manifests without a tag stay, with all that they name. */
  readonly keepUntagged: boolean;
  /** Uploads without new bytes for this time expire. */
  readonly uploadTtlMs: number;
  /** The only repository to collect; all of them, and uploads, when absent. */
  readonly repository?: RepositoryName;
  /** Whether this pass looks at all that a crash may have left, instead of at its share of it. */
  readonly thorough?: boolean;
  /** By how much the collector's clock is ahead of the storage's: for tests, and for removals that spare nothing. */
  readonly aheadMs?: number;
}

/** Something in a repository that no tag leads to: `freed` is how many bytes the storage has more without it. */
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

/** Content that no repository claims: a crash leaves it between the last claim and the content. */
export interface UnclaimedContent {
  readonly kind: 'content';
  readonly freed: number;
}

export type Collected = CollectedEntry | ExpiredUpload | UnclaimedContent;

/** How many bytes a repository has: `logical` is the sum of `unique` and `shared`. */
export interface RepositoryBytes {
  readonly logical: number;
  /** Bytes that no other repository has. */
  readonly unique: number;
  /** Bytes of blobs that other repositories have as well. */
  readonly shared: number;
}

/** How many bytes are stored after a pass. */
export interface CollectionTotals {
  readonly repositories: ReadonlyMap<RepositoryName, RepositoryBytes>;
  /** All repositories together, and the bytes that are stored for them: a shared blob counts once. */
  readonly store: { readonly logical: number; readonly stored: number };
}

/** Tags and manifests of one repository that a preview considers removed. */
export interface Without {
  readonly repository: RepositoryName;
  readonly tags?: readonly TagName[];
  readonly manifests?: readonly Digest[];
}

/** What keeps some content in one repository. */
export interface Explanation {
  readonly repository: RepositoryName;
  readonly kind: CollectedEntry['kind'];
  /** The path from a tag, or from a kept untagged manifest, to the content; empty when it is unreachable. */
  readonly chain: readonly string[];
  /** When it was last used, in milliseconds since the epoch. */
  readonly lastUsed: number;
}

/**
 * Frees the space of unreachable content while clients push, pull and delete.
 *
 * A manifest whose publication was acknowledged has all content that it requires, also if a pass runs at the same time.
 */
export abstract class Collector {
  /**
   * Runs one pass and yields each thing once it is gone. Returns what is left.
   *
   * @param lease a pass that loses it takes nothing more away, and puts back what it was about to take
   */
  abstract collect(
    rules: CollectionRules,
    lease?: Pick<Lease, 'holds'>,
  ): AsyncGenerator<Collected, CollectionTotals>;

  /**
   * Yields what a pass would take away, and changes nothing. Uploads, and what a crash left, are not considered.
   *
   * `freed` assumes that all that was yielded before is gone too. With `without`, only that repository is considered, as if the
   * tags and manifests were removed already; the manifests are among what is yielded.
   */
  abstract preview(rules: CollectionRules, without?: Without): AsyncGenerator<CollectedEntry>;

  /** Yields, for each repository that has the content, what keeps it there. */
  abstract explain(
    digest: Digest,
    rules: Pick<CollectionRules, 'keepUntagged'>,
  ): AsyncGenerator<Explanation>;
}
