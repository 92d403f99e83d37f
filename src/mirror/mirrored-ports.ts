import { type MirrorState } from '../domain/mirror-report.js';
import { type RepositoryName } from '../domain/repository-name.js';
import { type BlobStore } from '../storage/ports/blob-store.js';
import { type ManifestStore } from '../storage/ports/manifest-store.js';
import { type RepositoryCatalog } from '../storage/ports/repository-catalog.js';
import { type Storage } from '../storage/ports/storage.js';
import { type TagStore } from '../storage/ports/tag-store.js';
import { BlobFetch } from './content/blob-fetch.js';
import { ImageFetch } from './content/image-fetch.js';
import { LargeManifests } from './content/large-manifests.js';
import { ManifestFetch } from './content/manifest-fetch.js';
import { MirroredBlobStore } from './content/mirrored-blob-store.js';
import { MirroredCatalog } from './content/mirrored-catalog.js';
import { MirroredManifestStore } from './content/mirrored-manifest-store.js';
import { MirroredTagStore } from './content/mirrored-tag-store.js';
import { Mirrors, type MirrorSources, type MirrorSurroundings } from './content/mirrors.js';
import { NamedBlobs } from './content/named-blobs.js';
import { RemoteLists } from './content/remote-lists.js';
import { TagRefresh } from './content/tag-refresh.js';
import { TagResolver } from './content/tag-resolver.js';

/** The ports by which clients read: content of mirrors comes from other registries if it is not stored. */
export abstract class MirroredPorts {
  abstract readonly blobs: BlobStore;
  abstract readonly manifests: ManifestStore;
  abstract readonly tags: TagStore;
  abstract readonly catalog: RepositoryCatalog;
  /** Asks for tags that a person wants to be current. */
  abstract readonly refresh: TagRefresh;
  /** Fetches whole images. */
  abstract readonly images: ImageFetch;
  /** What each mirror does now. */
  abstract states(): readonly MirrorState[];
  /** Whether this process downloads blobs of the repository. */
  abstract isFetching(repository: RepositoryName): boolean;
  /** Ends the downloads and all connections to other registries. */
  abstract close(): Promise<void>;
}

/** Opens the mirrors over a storage. */
export function openMirroredPorts(
  sources: MirrorSources,
  storage: Storage,
  surroundings: MirrorSurroundings,
): MirroredPorts {
  const mirrors = new Mirrors(sources, storage, surroundings);
  const large = new LargeManifests();
  const resolver = new TagResolver(storage, large);
  const fetch = new ManifestFetch(storage, large);
  const lists = new RemoteLists(storage);
  const named = new NamedBlobs(storage.manifests);
  const blobs = new BlobFetch(storage.blobs, named);
  const parts = { resolver, fetch, lists, named, blobs, tags: storage.tags };
  return {
    blobs: new MirroredBlobStore(storage.blobs, mirrors, blobs),
    manifests: new MirroredManifestStore(storage.manifests, mirrors, parts),
    tags: new MirroredTagStore(storage.tags, mirrors, resolver, lists),
    catalog: new MirroredCatalog(storage.catalog, mirrors),
    refresh: new TagRefresh(mirrors, storage, parts),
    images: new ImageFetch(mirrors, storage.manifests, parts),
    states: () => mirrors.states(),
    isFetching: (repository) => mirrors.isFetching(repository),
    close: () => mirrors.close(),
  };
}
