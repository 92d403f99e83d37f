import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { takePage, type Page } from '../../domain/page.js';
import { type TagName } from '../../domain/reference.js';
import { type EventOrigin } from '../../domain/registry-event.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** The tags of repositories and their history. Only `ManifestStore.publish` sets tags. */
export abstract class TagStore {
  /** Resolves to the manifest of the tag, or to `undefined` if the tag or its manifest does not exist. */
  abstract resolve(repository: RepositoryName, tag: TagName): Promise<TaggedManifest | undefined>;

  /**
   * Yields the repository's tags in byte order, beginning after `after`. A tag whose manifest does not exist is left out.
   *
   * @param atMost a hint: the number of tags that the caller will take
   */
  abstract list(
    repository: RepositoryName,
    after?: string,
    atMost?: number,
  ): AsyncIterable<TagName>;

  /**
   * Resolves to the first `limit` tags after `after`, as `list` yields them, and whether more follow. An adapter overrides it where it
   * has them at hand, because each step of an `AsyncIterable` takes time.
   */
  page(
    repository: RepositoryName,
    after: string | undefined,
    limit: number,
  ): Promise<Page<TagName>> {
    return takePage(this.list(repository, after, limit + 1), limit);
  }

  /**
   * Removes the tag, but not its manifest, and records in its history durably what was removed. Resolves to whether the tag existed,
   * after its event is in the outbox.
   *
   * @throws RegistryError `tag-changed` without any change, if the tag is not as the options expect
   */
  abstract remove(
    repository: RepositoryName,
    tag: TagName,
    options?: TagRemovalOptions,
  ): Promise<boolean>;

  /**
   * Yields the last 100 changes of the tag, the newest first; if the tag exists, the first is its current state. The changes are kept
   * after the tag was removed, until a collector removes the repository.
   */
  abstract history(repository: RepositoryName, tag: TagName): AsyncIterable<TagChange>;

  /** Yields the tags that have a history but do not exist, in no particular order. */
  abstract removed(repository: RepositoryName): AsyncIterable<RemovedTagName>;
}

/** A tag that was removed. */
export interface RemovedTagName {
  readonly tag: TagName;
  /** Not before its last change, and close to it. In milliseconds since the epoch. */
  readonly at: number;
}

/** How a tag is removed. */
export interface TagRemovalOptions {
  /** The login of the client that removes it. */
  readonly by?: string;
  /** The request that removes it, for the events. */
  readonly origin?: EventOrigin;
  /** What the tag must point to at the moment of its removal. */
  readonly expects?: ExpectedTag;
}

/** What a tag must point to at the moment of its change. Of two changes that expect the same, one fails. */
export interface ExpectedTag {
  /** The manifest, or `undefined` if the tag must not exist. */
  readonly digest: Digest | undefined;
}

export interface TaggedManifest extends Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  /** When the tag was last set, in milliseconds since the epoch. */
  readonly pushedAt: number;
  /** The login of the client that last set the tag. Absent for an anonymous client, or if it is unknown. */
  readonly by?: string;
  /** The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown. */
  readonly previous?: Digest;
}

/** How many changes of a tag are kept, removals included. */
export const KEPT_TAG_CHANGES = 100;

/**
 * A change of a tag. Setting a tag again to the same manifest is not another change: it renews `at` and `by`.
 */
export interface TagChange {
  /** When the tag was set or removed, in milliseconds since the epoch. */
  readonly at: number;
  /** The login of the client. Absent for an anonymous client, or if it is unknown. */
  readonly by?: string;
  /** The manifest that the tag was set to. Absent if the tag was removed. */
  readonly digest?: Digest;
  readonly mediaType?: Descriptor['mediaType'];
  /** The size of the manifest in bytes. */
  readonly size?: number;
  /** The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown. */
  readonly previous?: Digest;
}
