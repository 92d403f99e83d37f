import { type StorageFactory } from '../../../../src/storage/contract/storage-under-test.js';
import { openPostgresStorage } from '../../../../src/storage/postgres/postgres-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { emptyTables, newDatabase } from './databases.js';
import { type ObjectsOfTest } from './objects-of-test.js';

/** Makes storages over one database of the shared server, which is emptied before each test. */
export function postgresFactory(
  database: string,
  objectsOf: () => Promise<ObjectsOfTest>,
): StorageFactory {
  let url: Promise<string> | undefined;
  return async ({ staleAfterMs }) => {
    const at = await (url ??= newDatabase(database));
    await emptyTables(at);
    const objects = await objectsOf();
    const opened: Storage[] = [];
    const open = (): Storage => {
      const stale = staleAfterMs === undefined ? {} : { staleAfterMs };
      const storage = openPostgresStorage({ url: at, objects: objects.open(), ...stale });
      opened.push(storage);
      return storage;
    };
    return {
      storage: open(),
      reopen: () => Promise.resolve(open()),
      dispose: async () => {
        // A test may have closed one of them.
        await Promise.allSettled(opened.map((storage) => storage.close()));
        await objects.dispose();
      },
    };
  };
}
