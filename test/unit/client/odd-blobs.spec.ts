import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { digestOf } from '../../support/upstreams/client.js';
import { BLOB, BLOB_DIGEST, useOddRegistries } from './odd-registry.js';

const { serveBy, clientOf, clientOfServer } = useOddRegistries();

describe('a blob of another registry', () => {
  it('is refused if the registry sends another part than asked for', async () => {
    const headers = { 'content-range': 'bytes 5-999/1000' };
    const { client } = await clientOfServer(() => [206, headers, BLOB.subarray(5)]);

    await expect(client.blob('app', BLOB_DIGEST, 10)).rejects.toThrow(
      'it sent another part than the one from byte 10',
    );
  });

  it('has a size also if the registry announces no bytes for HEAD', async () => {
    const { client } = await clientOfServer(({ method }) => [
      200,
      { 'content-length': method === 'HEAD' ? '0' : '1000' },
      BLOB,
    ]);

    expect(await client.statBlob('app', BLOB_DIGEST)).toEqual({ size: BLOB.byteLength });
  });

  it('may be empty', async () => {
    const { client } = await clientOfServer(() => [200, { 'content-length': '0' }]);

    expect(await client.statBlob('app', Digest.of(Buffer.alloc(0)))).toEqual({ size: 0 });
  });

  it('may have an unknown size', async () => {
    const server = await serveBy((_, response) => {
      response.writeHead(200).write(BLOB);
      response.end();
    });
    const client = clientOf(server.url);

    const blob = await client.blob('app', BLOB_DIGEST, 0);

    expect(blob).toMatchObject({ size: undefined, offset: 0 });
    expect(await digestOf(blob)).toEqual(BLOB_DIGEST);
    await expect(client.statBlob('app', BLOB_DIGEST)).rejects.toMatchObject({
      kind: 'wrong',
    });
  });
});
