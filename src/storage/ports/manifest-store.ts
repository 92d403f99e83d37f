import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type Manifest, type Referrer, type RequiredContent } from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type TagName } from '../../domain/reference.js';
import { type EventOrigin } from '../../domain/registry-event.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type OpenBlob } from './blob-store.js';
import { type CollectionRules } from './collector.js';
import { type ExpectedTag, type TagStore } from './tag-store.js';

/** The manifests of repositories, and the referrers of each subject. */
export abstract class ManifestStore {
  /** Resolves to the manifest's media type and its size in bytes, or to `undefined` if the repository does not have it. */
  abstract stat(repository: RepositoryName, digest: Digest): Promise<ManifestStat | undefined>;

  /** Resolves to the manifest exactly as it was pushed, or to `undefined`. */
  abstract read(repository: RepositoryName, digest: Digest): Promise<StoredManifest | undefined>;

  /** Opens the manifest for a client that may be slow. The bytes of a large manifest are read from the store, like a blob's. */
  abstract open(repository: RepositoryName, digest: Digest): Promise<OpenManifest | undefined>;

  /**
   * Publishes a manifest under its digest and sets `tags` to it, durably: the manifest, its referrer entry and its tags become
   * visible in this order. Publishing again succeeds, and completes an interrupted publication. Its events are in the outbox before
   * it resolves.
   *
   * @throws RegistryError `manifest-blob-unknown` without any change; its detail lists the missing digests, at least 1,000
   * @throws RegistryError `denied` if a tag of `fixedTags` points to another manifest; the tag does not change
   * @throws RegistryError `tag-changed` if a tag is not as `expects` says; the tag does not change
   */
  abstract publish(repository: RepositoryName, publication: Publication): Promise<PublishResult>;

  /**
   * Removes the manifest, the tags that point to it, and its referrer entry. Resolves to what it removed, or to `undefined` if the
   * manifest did not exist. Its events are in the outbox before it resolves.
   *
   * @throws RegistryError `denied` if the manifest stays because of `unlessListed`; nothing changes
   */
  abstract remove(
    repository: RepositoryName,
    digest: Digest,
    options?: ManifestRemovalOptions,
  ): Promise<RemovedManifest | undefined>;

  /**
   * Yields the manifests that refer to `subject`, in the byte order of their digests, beginning after `after`.
   *
   * @param atMost a hint: the number of manifests that the caller will take
   */
  abstract referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
    atMost?: number,
  ): AsyncIterable<Descriptor>;

  /** Yields the digests of all manifests, in no particular order. `atMost` is a hint: how many the caller will take. */
  abstract digests(repository: RepositoryName, atMost?: number): AsyncIterable<Digest>;

  /**
   * Opens the manifest that a tag points to, as `open` does, or resolves to `undefined`. It is on the port, with this default, so that
   * a storage in a database can override it by one statement.
   */
  async openTagged(
    repository: RepositoryName,
    tag: TagName,
    tags: TagStore,
  ): Promise<(OpenManifest & { readonly digest: Digest }) | undefined> {
    const digest = (await tags.resolve(repository, tag))?.digest;
    const found = digest && (await this.open(repository, digest));
    return digest && found && { ...found, digest };
  }
}

/** How a manifest is removed. */
export interface ManifestRemovalOptions {
  /** The login of the client that removes it, for the history of its tags and the events. */
  readonly by?: string;
  /** The request that removes it, for the events. */
  readonly origin?: EventOrigin;
  /** If present, the manifest stays if a reachable index lists it, or one that is being pushed. */
  readonly unlessListed?: ReachabilityRules;
}

/** What the removal of a manifest removed. */
export interface RemovedManifest {
  /** The tags that pointed to the manifest, in no particular order. */
  readonly tags: readonly TagName[];
}

/** Decide which indexes are reachable, and so need the manifests that they list. */
export type ReachabilityRules = Pick<CollectionRules, 'keepUntagged'>;

export interface ManifestStat {
  readonly mediaType: MediaType;
  readonly size: number;
}

export interface StoredManifest {
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
}

/** An open manifest: its bytes, or an open blob if the bytes would take memory for each reader. The caller closes an open blob. */
export interface OpenManifest {
  readonly mediaType: MediaType;
  readonly content: Uint8Array | OpenBlob;
}

/** A manifest to be published. `digest` is computed from its bytes by the algorithm that the client uses. */
export interface Publication {
  readonly manifest: Manifest;
  readonly digest: Digest;
  /** The tags to set, each by one compare-and-set: no two changes of a tag replace the same manifest. */
  readonly tags: readonly TagName[];
  /** Content that no collector can remove as long as the manifest exists. */
  readonly requires: readonly RequiredContent[];
  /** The manifest's entry in the list of its subject's referrers, if it has a subject. */
  readonly referrer?: Referrer;
  /** The login of the client that publishes the manifest. */
  readonly by?: string;
  /** The request that publishes it, for the events. */
  readonly origin?: EventOrigin;
  /** The mirror that publishes the manifest, for the events. */
  readonly mirror?: PublishingMirror;
  /** The members of `tags` that must not be moved from another manifest. */
  readonly fixedTags?: readonly TagName[];
  /** What each of `tags` must point to at the moment of its change. If one of several tags changes then, others may be set. */
  readonly expects?: ExpectedTag;
}

/** A mirror that publishes what its upstream has. */
export interface PublishingMirror {
  readonly name: string;
  /** Whether the manifest is an image that was fetched now: not an entry of a stored index, and not one that existed. */
  readonly hasFetched: boolean;
}

/** What a publication changed. */
export interface PublishResult {
  /** Whether the repository did not have the manifest before. */
  readonly created: boolean;
  /** The tags that did not point to the manifest before. `from` is the manifest that an existing tag pointed to. */
  readonly moved: readonly MovedTag[];
}

export interface MovedTag {
  readonly tag: TagName;
  readonly from?: Digest;
}
