import { type Caller } from '../../access/policy/caller.js';
import { type Annotations, type Descriptor, type JsonObject } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type Manifest } from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** A manifest that somebody pushes and that is not there yet, with what a rule needs to decide about it. */
export interface PublishContext {
  readonly repository: RepositoryName;

  readonly digest: Digest;

  readonly mediaType: MediaType;

  /** The tags that are to be set to it, all or none; empty when it is pushed by its digest alone. */
  readonly tags: readonly string[];

  /** The manifest as the registry understands it. */
  readonly manifest: Omit<Manifest, 'bytes'>;

  /** The manifest's own JSON, with the fields that the registry does not know: a copy. */
  readonly json: JsonObject;

  /** The client that pushes it; its `name` is `undefined` without a login. */
  readonly caller: Caller;

  /**
   * The config of an image, if it is a JSON object; `undefined` for an index, and for an artifact whose config is something else.
   *
   * @param maxBytes the largest config that is read, 4 MiB by default
   * @throws RegistryError `manifest-blob-unknown`, and `denied` when it is larger
   */
  readonly config: (maxBytes?: number) => Promise<JsonObject | undefined>;

  /** The labels in the config of an image; none where it has none. @throws what `config` throws */
  readonly labels: () => Promise<Annotations>;

  /**
   * Opens a blob of the repository, or returns `undefined` when it does not have it.
   *
   * @param maxBytes the largest blob that is read, 4 MiB by default
   * @throws RegistryError `denied` when it is larger
   */
  readonly readBlob: (digest: Digest, maxBytes?: number) => Promise<Uint8Array | undefined>;

  /**
   * What refers to a manifest of the repository, by default to this one: signatures, bills of materials. They have to be pushed
   * before. In the byte order of their digests; also those that a client has listed under the subject's fallback tag.
   */
  readonly referrers: (subject?: Digest) => AsyncIterable<Descriptor>;
}
