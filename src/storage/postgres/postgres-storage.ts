import { type Storage } from '../ports/storage.js';
import { PostgresBlobStore } from './blob-store.js';
import { Database } from './database/database.js';
import { PostgresOutbox } from './events/outbox.js';
import { PostgresManifestStore } from './manifests/manifest-store.js';
import { PostgresTagStore } from './manifests/tag-store.js';
import { type ObjectStore } from './objects/object-store.js';
import { type PostgresParts, type PostgresTimes } from './postgres-parts.js';
import { PostgresRepositoryCatalog } from './repository-catalog.js';
import { PostgresUploadStore } from './uploads/upload-store.js';

export interface PostgresOptions extends Partial<PostgresTimes> {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Its tables must be those of `migrate`. */
  readonly url: string;
  /** Where the bytes are. The storage closes it. */
  readonly objects: ObjectStore;
  /** The most connections of this process. */
  readonly connections?: number;
}

const DEFAULT_TIMES: PostgresTimes = {
  staleAfterMs: 5_000,
  touchAfterMs: 15 * 60_000,
  objectGraceMs: 7 * 86_400_000,
};

/** Opens a storage whose facts are in PostgreSQL, and whose bytes are in an object store. Any number of processes may open it. */
export function openPostgresStorage(options: PostgresOptions): Storage {
  const { url, objects, connections = 10 } = options;
  const database = new Database({ url, connections });
  const parts: PostgresParts = { database, objects, times: { ...DEFAULT_TIMES, ...options } };
  const outbox = new PostgresOutbox(database);
  const manifestParts = { database, outbox, touchAfterMs: parts.times.touchAfterMs };
  return {
    blobs: new PostgresBlobStore(parts),
    uploads: new PostgresUploadStore(parts),
    manifests: new PostgresManifestStore(manifestParts),
    tags: new PostgresTagStore(manifestParts),
    catalog: new PostgresRepositoryCatalog(database),
    outbox,
    close: async () => {
      await outbox.close();
      await database.close();
      await objects.close();
    },
  } as unknown as Storage;
}
