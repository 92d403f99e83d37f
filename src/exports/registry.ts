// A registry within a program.
export { createRegistry } from '../embed/create-registry.js';
export { type EventOptions, type Registry } from '../embed/registry.js';
export { RegistryModule, type RegistryAsyncOptions } from '../embed/registry.module.js';
export {
  InvalidOptions,
  type FilesystemDriver,
  type LoginOptions,
  type ManifestHook,
  type MemoryDriver,
  type RegistryOptions,
  type SettingsBySection,
} from '../embed/options.js';
export { type HostAccess, type HostCaller } from '../embed/host-access.js';
export { type MirrorOptions } from '../mirror/plan/mirror-options.js';
export { type Action } from '../access/policy/action.js';
export { type Caller } from '../access/policy/caller.js';
export { ManifestRefused } from '../oci/manifests/publish-rule.js';
export { type PublishContext } from '../oci/manifests/publish-context.js';

// Types and functions for hooks and storages.
export { byteOrder } from '../domain/byte-order.js';
export { type ByteRange } from '../domain/byte-range.js';
export { ContentSizes } from '../domain/content-sizes.js';
export { type Annotations, type Descriptor, type JsonObject } from '../domain/descriptor.js';
export { Digest, newHash, type DigestAlgorithm } from '../domain/digest.js';
export { RegistryError, type FailureKind } from '../domain/errors.js';
export { EventIds } from '../domain/event-id.js';
export {
  EVENT_TYPES,
  type EventData,
  type EventOrigin,
  type EventType,
  type NewEvent,
  type RegistryEvent,
} from '../domain/registry-event.js';
export {
  mediaTypeOfStored,
  parseManifest,
  referrerDescriptor,
  requiredContent,
  type Manifest,
  type ManifestKind,
  type RequiredContent,
  type SparsePolicy,
} from '../domain/manifest.js';
export { tryParseMediaType, type MediaType } from '../domain/media-type.js';
export {
  parseReference,
  parseTagName,
  tryParseTagName,
  type Reference,
  type TagName,
} from '../domain/reference.js';
export {
  parseRepositoryName,
  tryParseRepositoryName,
  type RepositoryName,
} from '../domain/repository-name.js';
export {
  newUploadId,
  tryParseUploadId,
  type UploadId,
  type UploadSession,
} from '../domain/upload-session.js';

// The provided storages, and the ports for your own.
export {
  openFilesystemStorage,
  type FilesystemOptions,
} from '../storage/filesystem/filesystem-storage.js';
export { MemoryLiveNotes } from '../storage/memory/live-notes.js';
export { MemoryOutbox } from '../storage/memory/outbox.js';
export { MemorySecretStore } from '../storage/memory/secret-store.js';
export { MemoryUsageStore, type UsageParts } from '../storage/memory/usage-store.js';
export {
  createMemoryStorage,
  type MemoryStorageOptions,
} from '../storage/memory/memory-storage.js';
export { BlobStore, type BlobLocation, type OpenBlob } from '../storage/ports/blob-store.js';
export {
  Collector,
  type Collected,
  type CollectedEntry,
  type CollectionRules,
  type CollectionTotals,
  type ExpiredUpload,
  type Explanation,
  type UnclaimedContent,
  type AssumedRemoved,
} from '../storage/ports/collector.js';
export { type Lease, type LeaseTerms } from '../storage/ports/lease.js';
export { LiveNotes } from '../storage/ports/live-notes.js';
export {
  ManifestStore,
  type ManifestRemovalOptions,
  type ManifestStat,
  type MovedTag,
  type OpenManifest,
  type Publication,
  type PublishResult,
  type RemovedManifest,
  type StoredManifest,
  type ReachabilityRules,
} from '../storage/ports/manifest-store.js';
export {
  EVENT_LIMITS,
  EventCursors,
  Outbox,
  requireConsumerName,
  type EventCounts,
  type EventLimits,
  type EventPage,
  type EventPosition,
  type EventStart,
  type TrimmedEvents,
} from '../storage/ports/outbox.js';
export { pushBlob } from '../storage/protocol/push-blob.js';
export { ReadOnlySwitch } from '../storage/ports/read-only-switch.js';
export { RepositoryCatalog } from '../storage/ports/repository-catalog.js';
export { SecretStore, type SecretPurpose } from '../storage/ports/secret-store.js';
export {
  Statistics,
  type GrowthPoint,
  type LargeBlob,
  type ListedTag,
  type ManifestHolder,
  type RepositoryFigures,
  type SizedTag,
  type StorageSnapshot,
  type StorageTotals,
} from '../storage/ports/statistics.js';
export { Storage } from '../storage/ports/storage.js';
export {
  KEPT_TAG_CHANGES,
  TagStore,
  type ExpectedTag,
  type TagChange,
  type TaggedManifest,
  type RemovedTagName,
  type TagRemovalOptions,
} from '../storage/ports/tag-store.js';
export { UploadStore, type HeldUpload } from '../storage/ports/upload-store.js';
export {
  UsageStore,
  type Pulls,
  type PullsByDay,
  type Usage,
} from '../storage/ports/usage-store.js';
export { type Verified, type Verifier } from '../storage/ports/verifier.js';
export {
  eventOfRemovedTag,
  eventsOfPublication,
  eventsOfRemovedManifest,
  type PublishedChanges,
} from '../storage/protocol/change-events.js';
export { EventNotKept, followEvents } from '../storage/protocol/follow-events.js';
export { lookFor, type Recoverable } from '../storage/protocol/look-for.js';
export { ProcessLeases } from '../storage/protocol/process-leases.js';
export { publish, type PublishSteps } from '../storage/protocol/publish.js';
export { requireExpected, requireTag } from '../storage/protocol/tag-conditions.js';
