export {
  artifact,
  image,
  index,
  type ArtifactOptions,
  type ImageOptions,
  type IndexOptions,
  type RunConfig,
} from '../testing/builders.js';
export {
  type BlobContent,
  type Content,
  type ImageContent,
  type ManifestJson,
  type OciDescriptor,
  type Platform,
} from '../testing/content.js';
export { createTestRegistry } from '../testing/create-test-registry.js';
export { type TestRegistryOptions } from '../testing/registry-options.js';
export { type OpenEmptyStorage } from '../testing/current-storage.js';
export { type MirrorOptions } from '../mirror/plan/mirror-options.js';
export { type FaultOptions } from '../testing/fault-options.js';
export {
  type EventData,
  type EventOrigin,
  type EventType,
  type RegistryEvent,
} from '../domain/registry-event.js';
export { type Fault } from '../testing/faults.js';
export { type FilesOptions, type ImageFile, type ImageFiles } from '../testing/image-files.js';
export { type Handler } from '../testing/front.js';
export {
  blob,
  layer,
  type LayerFile,
  type LayerFiles,
  type LayerOptions,
} from '../testing/layer.js';
export { type Operation, type Target } from '../testing/operations.js';
export { type WaitOptions, type Wanted } from '../testing/request-log.js';
export { type RequestFilter, type SeenRequest } from '../testing/seen-request.js';
export { type EventOptions, type TestRegistry } from '../testing/test-registry.js';
