import { fileURLToPath } from 'node:url';

import { type Storage } from '../ports/storage.js';
import { Database } from './database/database.js';
import { DirectoryObjects } from './objects/directory-objects.js';
import { type ObjectStore } from './objects/object-store.js';
import { openPostgresStorage } from './postgres-storage.js';
import { requireOwnObjects } from './require-own-objects.js';
import { requireSchema } from './schema/require-schema.js';

/** Where the facts and the bytes are, as the settings say it. */
export interface PostgresPlace {
  readonly databaseUrl: string;
  readonly databaseConnections: number;
  /** `s3://BUCKET/PREFIX` or `file:///DIRECTORY`. */
  readonly objects: string;
  readonly objectGraceMs: number;
  readonly s3Endpoint: string;
  readonly s3Region: string;
  readonly s3PathStyle: boolean;
  readonly s3PublicEndpoint: string;
}

/**
 * Opens the storage that the settings name.
 *
 * @param touchAfterMs how old a last use may become before it is recorded again
 * @throws an error with a message for the person who starts the registry, if the database or its tables cannot be used
 */
export async function openPostgres(place: PostgresPlace, touchAfterMs: number): Promise<Storage> {
  const { databaseUrl: url, databaseConnections: connections } = place;
  const objects = await openObjects(place);
  const database = new Database({ url, connections: 1 });
  try {
    await requireSchema(database);
    await requireOwnObjects(database, objects);
  } catch (error) {
    await objects.close();
    throw error;
  } finally {
    await database.close();
  }
  const { objectGraceMs } = place;
  return openPostgresStorage({ url, connections, objects, objectGraceMs, touchAfterMs });
}

async function openObjects(place: PostgresPlace): Promise<ObjectStore> {
  if (place.objects.startsWith('file:')) return new DirectoryObjects(fileURLToPath(place.objects));
  // The SDK takes a second to load on a small machine, and a directory needs none of it.
  const { S3Objects } = await import('./s3/s3-objects.js');
  const { hostname, pathname } = new URL(place.objects);
  const { s3Endpoint: endpoint, s3Region: region, s3PathStyle: pathStyle } = place;
  return new S3Objects({
    ...{ bucket: hostname, prefix: pathname.replace(/^\/|\/$/g, ''), region, pathStyle },
    ...(endpoint !== '' && { endpoint }),
    ...(place.s3PublicEndpoint !== '' && { publicEndpoint: place.s3PublicEndpoint }),
  });
}
