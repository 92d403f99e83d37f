import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Response } from 'supertest';

import { uniqueBytes, type BuiltImage } from '../../../src/storage/contract/fixtures.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { S3Objects } from '../../../src/storage/postgres/s3/s3-objects.js';
import { TestRegistry } from '../../support/registry.js';
import { freePort } from '../../support/server-process.js';
import { DatabaseAddress } from './faults/database-address.js';
import { newDatabase } from './servers/databases.js';
import { BUCKET } from './servers/s3-server.js';

const LAYER = uniqueBytes(300_000);

/** More than an instance has connections. */
const CLIENTS = 200;

/** An instance waits 3 s for the database, or tries the store five times. */
const PATIENCE_MS = 10_000;

describe('an instance whose servers are away for a while', () => {
  let [database, store]: [DatabaseAddress?, DatabaseAddress?] = [];
  let registry: TestRegistry;
  let image: BuiltImage;
  let layer: string;
  beforeAll(async () => {
    const url = await newDatabase('outage');
    const s3 = process.env['SCALE_S3'] ?? '';
    database = await DatabaseAddress.start(Number(new URL(url).port));
    store = await DatabaseAddress.start(Number(new URL(s3).port));
    const place = { bucket: BUCKET, prefix: 'outage', region: 'us-east-1', pathStyle: true };
    const objects = new S3Objects({ ...place, endpoint: store.urlOf(s3) });
    registry = await TestRegistry.start(
      {},
      openPostgresStorage({ url: database.urlOf(url), objects }),
    );
    image = await registry.pushImage('team/app', 'latest', [LAYER]);
    layer = await registry.pushBlob('team/app', LAYER);
  });
  afterAll(async () => {
    await registry.stop();
    await Promise.all([database?.stop(), store?.stop()]);
  });

  const manifest = (): Promise<Response> => get('/v2/team/app/manifests/latest');
  const blob = (): Promise<Response> => get(`/v2/team/app/blobs/${layer}`);
  const get = async (path: string): Promise<Response> => registry.http.get(path);

  it('goes on with manifests and HEAD while the object store is away', async () => {
    const back = await leave(store);
    const pulled = await blob();
    const pushed = await registry.http
      .post(`/v2/team/app/blobs/uploads/?digest=${layer}`)
      .set('Content-Type', 'application/octet-stream')
      .send(LAYER);
    const listed = await manifest();
    const head = await registry.http.head(`/v2/team/app/blobs/${layer}`);
    const [ready, writes] = [await get('/health/ready'), await get('/health/ready?writes')];
    back();

    expectLater(pulled);
    expectLater(pushed);
    expect([listed, head, ready, writes].map(({ status }) => status)).toEqual([200, 200, 200, 503]);
    expect(ready.body).toMatchObject({ status: 'degraded' });
    expect((await blob()).body).toEqual(LAYER);
  });

  it('asks clients to come again while the database is away, however many they are', async () => {
    const back = await leave(database);
    const begin = performance.now();
    const answers = await Promise.all(Array.from({ length: CLIENTS }, manifest));
    const ready = await get('/health/ready');
    const live = await get('/health/live');
    back();

    for (const answer of answers) expectLater(answer);
    expect(performance.now() - begin).toBeLessThan(PATIENCE_MS);
    expect(ready.status).toBe(503);
    expect(live.status).toBe(200);
    const again = await manifest();
    expect(again.body).toEqual(JSON.parse(image.bytes.toString()));
    expect((await get('/health/ready')).status).toBe(200);
  });
});

/** Lets an address lead nowhere. Resolves to a function that lets it lead to its server again. */
async function leave(address: DatabaseAddress | undefined): Promise<() => void> {
  if (address === undefined) throw new Error('nothing runs');
  const server = address.port;
  address.moveTo(await freePort());
  return () => {
    address.moveTo(server);
  };
}

function expectLater({ status, headers }: Response): void {
  expect(status).toBe(503);
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
}
