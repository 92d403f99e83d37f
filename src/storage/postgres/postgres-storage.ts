import { type Storage } from '../ports/storage.js';
import { PostgresBlobStore } from './blob-store.js';
import { PostgresCollector } from './collect/collector.js';
import { Database } from './database/database.js';
import { PostgresOutbox } from './events/outbox.js';
import { PostgresLease } from './lease.js';
import { PostgresLiveNotes } from './live-notes.js';
import { PostgresManifestStore } from './manifests/manifest-store.js';
import { PostgresTagStore } from './manifests/tag-store.js';
import { type ObjectStore } from './objects/object-store.js';
import { type PostgresParts, type PostgresTimes } from './database/postgres-parts.js';
import { ReadOnlyRow } from './read-only-row.js';
import { checkReadable, checkWritable } from './readiness.js';
import { PostgresRepositoryCatalog } from './repository-catalog.js';
import { PostgresSecretStore } from './secret-store.js';
import { PostgresStatistics } from './statistics.js';
import { PostgresUploadStore } from './uploads/upload-store.js';
import { PostgresUsageStore } from './usage-store.js';
import { PostgresVerifier } from './verify/verifier.js';

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

/** Figures of a large store take long. Its connections are those of collections alone, so that no request waits for them. */
const LONG_MS = 30 * 60_000;

/** Opens a storage whose facts are in PostgreSQL, and whose bytes are in an object store. Any number of processes may open it. */
export function openPostgresStorage(options: PostgresOptions): Storage {
  const { url, objects, connections = 10 } = options;
  const database = new Database({ url, connections });
  const parts: PostgresParts = { database, objects, times: { ...DEFAULT_TIMES, ...options } };
  const housekeeping = new Database({ url, connections: 2, statementTimeoutMs: LONG_MS });
  const outbox = new PostgresOutbox(database);
  const live = new PostgresLiveNotes(database);
  const catalog = new PostgresRepositoryCatalog(database);
  const uploads = new PostgresUploadStore(parts);
  const manifestParts = { database, outbox, touchAfterMs: parts.times.touchAfterMs };
  return {
    blobs: new PostgresBlobStore(parts),
    uploads,
    manifests: new PostgresManifestStore(manifestParts),
    tags: new PostgresTagStore(manifestParts),
    catalog,
    secrets: new PostgresSecretStore(database),
    statistics: new PostgresStatistics(database, catalog),
    usage: new PostgresUsageStore(database),
    outbox,
    readOnly: new ReadOnlyRow(database),
    live,
    collector: new PostgresCollector({ ...parts, database: housekeeping }, outbox),
    verifier: new PostgresVerifier(parts),
    description: `PostgreSQL, and ${objects.description}`,
    ready: () => checkReadable(database),
    writable: () => checkWritable(database, objects),
    lease: (name, terms) => PostgresLease.take(database, name, terms),
    close: async () => {
      live.close();
      await uploads.close();
      await outbox.close();
      await housekeeping.close();
      await database.close();
      await objects.close();
    },
  };
}
