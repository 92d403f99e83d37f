import { randomBytes } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  chunksOf,
  publicationOf,
  readBlob,
  repo,
  tag,
} from '../../../src/storage/contract/fixtures.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { DatabaseAddress } from './faults/database-address.js';
import { newDatabase } from './servers/databases.js';
import { s3Objects, type ObjectsOfTest } from './servers/objects-of-test.js';

const HOME = repo('team/app');
const MIB = 1024 ** 2;

let address: DatabaseAddress;
let objects: ObjectsOfTest;
let storage: Storage;

beforeEach(async () => {
  const url = await newDatabase('lost_answers');
  address = await DatabaseAddress.start(Number(new URL(url).port));
  objects = await s3Objects();
  storage = openPostgresStorage({ url: address.urlOf(url), objects: objects.open() });
});
afterEach(async () => {
  await storage.close();
  await address.stop();
  await objects.dispose();
});

describe('a push succeeds although the database’s answer was lost to the statement', () => {
  it.each([
    'upload-begin',
    'upload-take',
    'upload-renew',
    'upload-record',
    'upload-parts',
    'upload-commit',
    'create-repository',
    'publish-manifest',
  ])('%s', async (statement) => {
    const image = buildImage([randomBytes(20 * MIB), randomBytes(1_000)]);
    address.loseNextAnswer(statement);

    // Without blobs, so that the repository is new.
    if (statement === 'create-repository') await publish(image.bytes, 'all');
    for (const blob of [...image.layers, image.config]) await push(blob);
    const { moved } = await publish(image.bytes, 'none');

    expect(address.hasLost).toBe(true);
    expect(moved.length).toBeLessThanOrEqual(1);
    const found = await storage.tags.resolve(HOME, tag('latest'));
    expect(`${found?.digest}`).toBe(`${image.digest}`);
    for (const blob of [...image.layers, image.config]) {
      expect((await readBlob(storage, HOME, Digest.of(blob)))?.equals(blob)).toBe(true);
    }
  });
});

async function push(bytes: Buffer): Promise<void> {
  const { id } = await storage.uploads.begin(HOME, 'sha256');
  const held = await storage.uploads.open(HOME, id);
  expect(await held.append(chunksOf(bytes))).toBe(bytes.byteLength);
  await held.commit(Digest.of(bytes));
}

function publish(bytes: Buffer, sparse: 'all' | 'none') {
  return storage.manifests.publish(HOME, publicationOf(bytes, { tags: ['latest'], sparse }));
}
