import { openLocalStorage, touchAfterMs, type StorageSections } from './open-local-storage.js';
import { type Storage } from './ports/storage.js';

/** Opens the configured storage. @throws if it cannot be used, with a message for the person who starts the registry */
export async function openStorage(settings: StorageSections): Promise<Storage> {
  if (settings.storage.driver !== 'postgres') return openLocalStorage(settings);
  // Loaded only here: other storages need neither a database nor an object store.
  const { openPostgres } = await import('./postgres/open-postgres.js');
  return openPostgres(settings.storage, touchAfterMs(settings.gc));
}

/** Brings the tables of a database to this version. Resolves to the names of the migrations that ran. */
export async function migrateStorage(databaseUrl: string): Promise<readonly string[]> {
  const { migrate } = await import('./postgres/schema/migrate.js');
  return migrate(databaseUrl);
}
