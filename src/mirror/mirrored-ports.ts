import { type PartLog } from '../log/log.js';
import { type BlobStore } from '../storage/ports/blob-store.js';
import { type ManifestStore } from '../storage/ports/manifest-store.js';
import { type RepositoryCatalog } from '../storage/ports/repository-catalog.js';
import { type Storage } from '../storage/ports/storage.js';
import { type TagStore } from '../storage/ports/tag-store.js';
import { ManifestFetch } from './content/manifest-fetch.js';
import { MirroredBlobStore } from './content/mirrored-blob-store.js';
import { MirroredCatalog } from './content/mirrored-catalog.js';
import { MirroredManifestStore } from './content/mirrored-manifest-store.js';
import { MirroredTagStore } from './content/mirrored-tag-store.js';
import { Mirrors, type MirrorSources } from './content/mirrors.js';
import { TagResolver } from './content/tag-resolver.js';

/** The ports by which clients read: content of mirrors comes from other registries if it is not stored. */
export abstract class MirroredPorts {
  abstract readonly blobs: BlobStore;
  abstract readonly manifests: ManifestStore;
  abstract readonly tags: TagStore;
  abstract readonly catalog: RepositoryCatalog;
  /** Ends the downloads and all connections to other registries. */
  abstract close(): Promise<void>;
}

/** Opens the mirrors over a storage. */
export function openMirroredPorts(
  sources: MirrorSources,
  storage: Storage,
  log: PartLog,
): MirroredPorts {
  const mirrors = new Mirrors(sources, storage, log);
  const resolver = new TagResolver(storage);
  const fetch = new ManifestFetch(storage.manifests);
  return {
    blobs: new MirroredBlobStore(storage.blobs, mirrors),
    manifests: new MirroredManifestStore(storage.manifests, mirrors, resolver, fetch),
    tags: new MirroredTagStore(storage.tags, mirrors, resolver),
    catalog: new MirroredCatalog(storage.catalog, mirrors),
    close: () => mirrors.close(),
  };
}
