import {
  MemoryOutbox,
  MemorySecretStore,
  MemoryUsageStore,
  ProcessLeases,
  type Storage,
} from 'berth-registry';

import { MapBlobStore } from './map-blobs.ts';
import { MapManifestStore, MapRepositoryCatalog, type Published } from './map-manifests.ts';
import { MapStatistics } from './map-statistics.ts';
import { MapTagStore } from './map-tags.ts';
import { MapUploadStore } from './map-uploads.ts';

export interface MapStorageOptions {
  /** How long a holder of an upload may write nothing before it loses the hold, in milliseconds. */
  readonly staleAfterMs?: number;
}

/** A storage in a few Maps, for one process, without garbage collection. */
export function openMapStorage({ staleAfterMs = 5_000 }: MapStorageOptions = {}): Storage {
  const blobs = new MapBlobStore();
  const published: Published = new Map();
  const catalog = new MapRepositoryCatalog(published);
  const leases = new ProcessLeases();
  const outbox = new MemoryOutbox();
  const manifests = new MapManifestStore(published, blobs, outbox);
  return {
    blobs,
    uploads: new MapUploadStore(blobs, staleAfterMs),
    manifests,
    tags: new MapTagStore(published, outbox),
    catalog,
    secrets: new MemorySecretStore(),
    statistics: new MapStatistics(published, blobs),
    usage: new MemoryUsageStore({ catalog, manifests }),
    outbox,
    lease: async (name, terms) => leases.take(name, terms),
    description: 'a few Maps, lost when the process ends',
    close: async () => undefined,
  };
}
