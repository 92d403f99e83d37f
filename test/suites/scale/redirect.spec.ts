import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { openPostgresStorage } from '../../../src/storage/postgres/postgres-storage.js';
import { TestRegistry } from '../../support/registry.js';
import { newDatabase } from './servers/databases.js';
import { s3Objects } from './servers/objects-of-test.js';

const BYTES = uniqueBytes(3_000_000);

describe('blobs that clients get from the bucket', () => {
  let registry: TestRegistry;
  let blob: string;
  beforeAll(async () => {
    const url = await newDatabase('redirect');
    const storage = openPostgresStorage({ url, objects: (await s3Objects()).open() });
    registry = await TestRegistry.start({ REGISTRY_BLOB_DELIVERY: 'redirect' }, storage);
    const digest = await registry.pushBlob('team/app', BYTES);
    blob = `/v2/team/app/blobs/${digest}`;
  });
  afterAll(async () => {
    await registry.stop();
  });

  async function location(): Promise<string> {
    const response = await registry.http.get(blob).redirects(0).expect(307);
    return String(response.headers['location']);
  }

  it('come from its URL, which needs no credentials', async () => {
    const response = await fetch(await location());

    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES)).toBe(true);
  });

  it('come in ranges', async () => {
    const response = await fetch(await location(), { headers: { Range: 'bytes=100-1099' } });

    expect(response.status).toBe(206);
    expect(Buffer.from(await response.arrayBuffer()).equals(BYTES.subarray(100, 1_100))).toBe(true);
  });

  it('have the same URL for some minutes, so that caches can hit', async () => {
    const [one, other] = [await location(), await location()];

    // A window of five minutes may end between the two.
    expect([one, await location()]).toContain(other);
  });

  it('are refused with another key, another object or a changed time', async () => {
    const url = await location();
    for (const changed of [
      url.replace(/X-Amz-Signature=../, 'X-Amz-Signature=00'),
      url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=90000'),
      url.replace(/objects\/[0-9a-f]{8}/, 'objects/00000000'),
    ]) {
      expect((await fetch(changed)).status).toBe(403);
    }
  });

  it('are answered by the registry for HEAD', async () => {
    const response = await registry.http.head(blob).redirects(0).expect(200);

    expect(response.headers['content-length']).toBe(String(BYTES.byteLength));
  });
});
