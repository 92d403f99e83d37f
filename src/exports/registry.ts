export { createRegistryApp } from '../bootstrap.js';

// What a storage adapter implements, and speaks of.
export { BlobStore, type OpenBlob } from '../storage/ports/blob-store.js';
export {
  GarbageStore,
  type AsideEntry,
  type Lease,
  type LeaseTerms,
  type Part,
  type RepositoryGarbage,
  type StoredEntry,
  type StoredKind,
  type TidyLimits,
} from '../storage/ports/garbage-store.js';
export {
  ManifestStore,
  type ManifestStat,
  type OpenManifest,
  type Publication,
  type StoredManifest,
} from '../storage/ports/manifest-store.js';
export { RepositoryCatalog } from '../storage/ports/repository-catalog.js';
export { Storage } from '../storage/ports/storage.js';
export { TagStore, type TaggedManifest } from '../storage/ports/tag-store.js';
export { UploadStore, type HeldUpload } from '../storage/ports/upload-store.js';
export { type Verified, type Verifier } from '../storage/ports/verifier.js';
export { lookFor, type Shelf } from '../storage/protocol/look-for.js';
export { publish, type PublishSteps } from '../storage/protocol/publish.js';
export { byteOrder } from '../domain/byte-order.js';
export { type ByteRange } from '../domain/byte-range.js';
export { type Annotations, type Descriptor } from '../domain/descriptor.js';
export { Digest, newHash, type DigestAlgorithm } from '../domain/digest.js';
export { RegistryError, type FailureKind } from '../domain/errors.js';
export {
  referrerDescriptor,
  type Manifest,
  type ManifestKind,
  type RequiredContent,
} from '../domain/manifest.js';
export { type MediaType } from '../domain/media-type.js';
export { parseTagName, type TagName } from '../domain/reference.js';
export { parseRepositoryName, type RepositoryName } from '../domain/repository-name.js';
export { newUploadId, type UploadId, type UploadSession } from '../domain/upload-session.js';
