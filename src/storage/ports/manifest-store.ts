import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type Manifest, type Referrer, type RequiredContent } from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type OpenBlob } from './blob-store.js';
import { type TagStore } from './tag-store.js';

/** The manifests of repositories, with the referrers that follow from their subjects. */
export abstract class ManifestStore {
  /** The manifest's size in bytes, and its type, or `undefined` when the repository does not have it. */
  abstract stat(repository: RepositoryName, digest: Digest): Promise<ManifestStat | undefined>;

  /** The manifest as it was pushed, or `undefined`. */
  abstract read(repository: RepositoryName, digest: Digest): Promise<StoredManifest | undefined>;

  /** The manifest for a client that may be slow: where its bytes are many they are held open, as those of a blob are. */
  abstract open(repository: RepositoryName, digest: Digest): Promise<OpenManifest | undefined>;

  /**
   * Publishes a manifest under its digest and sets `tags` to it, durably.
   *
   * Becomes visible in the order manifest, referrer entry, tags. Idempotent: the same again is success and mends what an
   * interrupted one left out. A publish races no collector: it is seen to have all it `requires` for as long as it is there.
   * A change of a tag is one compare-and-set: of all changes of a tag, no two name the same manifest as the one it left.
   * @throws RegistryError `manifest-blob-unknown`, having changed nothing; its detail is the list of all missing digests
   * @throws RegistryError `denied` when a tag of `fixedTags` points to another manifest, which it goes on to do
   */
  abstract publish(repository: RepositoryName, publication: Publication): Promise<PublishResult>;

  /** Removes the manifest, the tags that point to it, and its entry among its subject's referrers. Answers whether it was there. */
  abstract remove(repository: RepositoryName, digest: Digest): Promise<boolean>;

  /**
   * The manifests that name `subject`, in the byte order of their digests, those after `after` only.
   *
   * @param atMost a hint for how many the caller will take
   */
  abstract referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
    atMost?: number,
  ): AsyncIterable<Descriptor>;

  /** The digests of the repository's manifests, in no order; `atMost` is a hint for how many the caller will take. */
  abstract digests(repository: RepositoryName, atMost?: number): AsyncIterable<Digest>;

  /**
   * Opens the manifest that a tag points to, as `open` does, or resolves to `undefined`.
   *
   * A storage that finds both in one step overrides it.
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

export interface ManifestStat {
  readonly mediaType: MediaType;
  readonly size: number;
}

export interface StoredManifest {
  readonly mediaType: MediaType;
  readonly bytes: Uint8Array;
}

/** A manifest whose bytes are there or, if the store would need memory for each reader, can be read; `close` closes them. */
export interface OpenManifest {
  readonly mediaType: MediaType;
  readonly content: Uint8Array | OpenBlob;
}

/** A manifest about to be published; `digest` is the digest of its bytes by the algorithm that the client uses. */
export interface Publication {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly tags: readonly TagName[];
  readonly requires: readonly RequiredContent[];
  /** Its entry in the list of its subject's referrers, if it has a subject. */
  readonly referrer?: Referrer;
  /** The login of the client that publishes it. */
  readonly by?: string;
  /** Those of `tags` that may not be moved away from another manifest. */
  readonly fixedTags?: readonly TagName[];
}

/** What a publication changed. */
export interface PublishResult {
  /** Whether the repository did not have the manifest before. */
  readonly created: boolean;
  /** The tags that did not point to the manifest before; `from` is the manifest that a tag left, if it existed. */
  readonly moved: readonly MovedTag[];
}

export interface MovedTag {
  readonly tag: TagName;
  readonly from?: Digest;
}
