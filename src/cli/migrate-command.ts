import { type Settings } from '../config/settings.js';
import { migrateStorage } from '../storage/open-storage.js';
import { PlainFailure } from './plain-failure.js';

/** Brings the tables of the configured database to this version. @throws PlainFailure for another storage */
export async function migrateDatabase(
  { storage }: Settings,
  print: (line: string) => void,
): Promise<void> {
  if (storage.databaseUrl === '') {
    throw new PlainFailure('REGISTRY_DATABASE_URL is not set: only a database has tables');
  }
  const done = await migrateStorage(storage.databaseUrl);
  for (const name of done) print(`migrated: ${name}`);
  print(done.length === 0 ? 'the tables are up to date' : 'the tables are those of this version');
}
