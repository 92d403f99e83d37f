import { type Caller } from '../../access/policy/caller.js';
import { type Annotations, type Descriptor, type JsonObject } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type Manifest } from '../../domain/manifest.js';
import { type MediaType } from '../../domain/media-type.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** A manifest that is being pushed and is not yet visible, with everything that a rule needs to decide about it. */
export interface PublishContext {
  readonly repository: RepositoryName;

  readonly digest: Digest;

  readonly mediaType: MediaType;

  /** The tags to set, all or none. Empty when the manifest is pushed by digest alone. */
  readonly tags: readonly string[];

  /** The manifest as the registry understands it. */
  readonly manifest: Omit<Manifest, 'bytes'>;

  /** A parsed copy of the manifest, including fields that the registry does not know. */
  readonly json: JsonObject;

  /** The client that pushes the manifest. Its `name` is `undefined` without a login. */
  readonly caller: Caller;

  /**
   * Resolves to the config of an image if it is a JSON object, else to `undefined`. An index has no config, and an artifact's may
   * be something else.
   *
   * @param maxBytes the largest config to read, 4 MiB by default
   * @throws RegistryError `manifest-blob-unknown`, and `denied` when the config is larger
   */
  readonly config: (maxBytes?: number) => Promise<JsonObject | undefined>;

  /** Resolves to the labels in an image's config, empty without any. @throws the errors of `config` */
  readonly labels: () => Promise<Annotations>;

  /**
   * Reads a blob of the repository. Resolves to `undefined` if the repository does not have it.
   *
   * @param maxBytes the largest blob to read, 4 MiB by default
   * @throws RegistryError `denied` when the blob is larger
   */
  readonly readBlob: (digest: Digest, maxBytes?: number) => Promise<Uint8Array | undefined>;

  /**
   * Yields the referrers of a manifest, by default of this one, in byte order of their digests: signatures, bills of materials.
   * They must be pushed first, with a `subject` or under the subject's fallback tag.
   */
  readonly referrers: (subject?: Digest) => AsyncIterable<Descriptor>;
}
