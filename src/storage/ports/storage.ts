import { type BlobStore } from './blob-store.js';
import { type GarbageStore } from './garbage-store.js';
import { type ManifestStore } from './manifest-store.js';
import { type RepositoryCatalog } from './repository-catalog.js';
import { type TagStore } from './tag-store.js';
import { type UploadStore } from './upload-store.js';

/** One storage: all ports of one adapter over the same data. */
export interface Storage {
  readonly blobs: BlobStore;
  readonly uploads: UploadStore;
  readonly manifests: ManifestStore;
  readonly tags: TagStore;
  readonly catalog: RepositoryCatalog;
  readonly garbage: GarbageStore;

  /** Where the data are, for the person who starts the registry. */
  readonly description: string;

  close(): Promise<void>;
}
