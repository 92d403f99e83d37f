import { MemorySecretStore, ProcessLeases, type Storage } from 'berth-registry';

import { MapBlobStore } from './map-blobs.ts';
import {
  MapManifestStore,
  MapRepositoryCatalog,
  MapTagStore,
  type Published,
} from './map-manifests.ts';
import { MapUploadStore } from './map-uploads.ts';

export interface MapStorageOptions {
  /** After how many milliseconds without a write the holder of an upload is relieved. */
  readonly staleAfterMs?: number;
}

/** A storage in a few Maps, for one process, from which nothing is collected. */
export function openMapStorage({ staleAfterMs = 5_000 }: MapStorageOptions = {}): Storage {
  const blobs = new MapBlobStore();
  const published: Published = new Map();
  const leases = new ProcessLeases();
  return {
    blobs,
    uploads: new MapUploadStore(blobs, staleAfterMs),
    manifests: new MapManifestStore(published, blobs),
    tags: new MapTagStore(published),
    catalog: new MapRepositoryCatalog(published),
    secrets: new MemorySecretStore(),
    lease: async (name, terms) => leases.take(name, terms),
    description: 'a few Maps, gone when the process ends',
    close: async () => undefined,
  };
}
