import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DirectoryObjects } from '../../../../src/storage/postgres/objects/directory-objects.js';
import { type ObjectStore } from '../../../../src/storage/postgres/objects/object-store.js';
import { S3Objects } from '../../../../src/storage/postgres/s3/s3-objects.js';
import { BUCKET } from './s3-server.js';

/** The objects of one test. */
export interface ObjectsOfTest {
  /** Opens the store. Each instance has its own. */
  open(): ObjectStore;
  dispose(): Promise<void>;
}

/** Returns objects in a new directory. */
export async function directoryObjects(): Promise<ObjectsOfTest> {
  const path = await mkdtemp(join(tmpdir(), 'berth-objects-'));
  return {
    open: () => new DirectoryObjects(path),
    dispose: () => rm(path, { recursive: true, force: true }),
  };
}

/** Returns objects below a new prefix of the bucket of the suite's S3 server. */
export function s3Objects(): Promise<ObjectsOfTest> {
  const endpoint = process.env['SCALE_S3'];
  if (endpoint === undefined) throw new Error('the S3 server of the suite does not run');
  const prefix = `test-${randomUUID()}`;
  const options = { bucket: BUCKET, prefix, endpoint, region: 'us-east-1', pathStyle: true };
  // The server deletes all of its files at the end of the suite.
  return Promise.resolve({
    open: () => new S3Objects(options),
    dispose: () => Promise.resolve(),
  });
}
