import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { buildImage, buildIndex, uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { errorBody, TestRegistry } from '../support/registry.js';

const HOME = '/v2/team/app';
const ID = '01234567-89ab-cdef-0123-456789abcdef';
const SETTINGS = {
  REGISTRY_STORAGE_DRIVER: 'memory',
  REGISTRY_MEMORY_MAX_BYTES: '1MiB',
  REGISTRY_MAX_MANIFEST_BYTES: '16KiB',
};

describe('the detail of a refusal', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await TestRegistry.start(SETTINGS);
  });
  afterAll(() => registry.stop());

  const digest = Digest.of(Buffer.from('nothing')).toString();

  it.each([
    ['GET', '/v1/search', 404, 'UNSUPPORTED', { advice: expect.stringContaining('/v2/') }],
    ['POST', '/v2/', 405, 'UNSUPPORTED', { allow: 'GET, HEAD' }],
    ['GET', '/v2/Team/tags/list', 400, 'NAME_INVALID', { name: 'Team' }],
    ['GET', '/v2/team/none/tags/list', 404, 'NAME_UNKNOWN', { name: 'team/none' }],
    ['GET', `${HOME}/manifests/1.0`, 404, 'MANIFEST_UNKNOWN', { reference: '1.0' }],
    ['GET', `${HOME}/manifests/-x`, 400, 'MANIFEST_INVALID', { tag: '-x' }],
    ['GET', `${HOME}/blobs/${digest}`, 404, 'BLOB_UNKNOWN', { digest }],
    ['GET', `${HOME}/blobs/sha256:1`, 400, 'DIGEST_INVALID', { digest: 'sha256:1' }],
    ['GET', '/v2/_catalog?n=x', 400, 'UNSUPPORTED', { parameter: 'n', value: 'x' }],
    ['GET', '/v2/_catalog?n=1&n=2', 400, 'UNSUPPORTED', { parameter: 'n' }],
    [
      'GET',
      `${HOME}/blobs/uploads/${ID}`,
      404,
      'BLOB_UPLOAD_UNKNOWN',
      { advice: expect.stringContaining('begin a new one') },
    ],
  ] as const)('says what was wrong: %s %s', async (method, path, status, code, detail) => {
    const verb = method.toLowerCase() as 'get' | 'post';
    const response = await registry.http[verb](path).expect(status);
    expect(response.body).toMatchObject(errorBody(code, detail));
  });

  it('names every missing blob of a manifest', async () => {
    const image = buildImage();
    const response = await registry.putManifest('team/app', '1.0', image.bytes).expect(400);
    const missing = [image.config, ...image.layers].map((bytes) => `${Digest.of(bytes)}`);
    expect(response.body).toMatchObject(errorBody('MANIFEST_BLOB_UNKNOWN', missing));
  });

  it('names the field of a manifest that is wrong', async () => {
    const bytes = Buffer.from(JSON.stringify({ mediaType: 'x/y', schemaVersion: 1 }));
    const response = await registry.putManifest('team/app', '1.0', bytes).expect(400);
    const detail = { field: 'schemaVersion', expected: 2 };
    expect(response.body).toMatchObject(errorBody('MANIFEST_INVALID', detail));
  });

  it('has the expected and the actual digest', async () => {
    const { bytes, digest: actual } = buildIndex();
    const response = await registry.putManifest('team/app', digest, bytes).expect(400);
    const detail = { expected: digest, actual: actual.toString() };
    expect(response.body).toMatchObject(errorBody('DIGEST_INVALID', detail));
  });

  it('has the offset where a chunk must begin', async () => {
    const location = await registry.beginUpload('team/app');
    const chunk = registry.http.patch(location).set('Content-Range', '5-9').send(uniqueBytes(5));
    const response = await chunk.expect(416);
    const detail = { offset: 0, received: 5 };
    expect(response.body).toMatchObject(errorBody('BLOB_UPLOAD_INVALID', detail));
  });

  it('has the length that the Content-Range of a chunk announces', async () => {
    const location = await registry.beginUpload('team/app');
    const chunk = registry.http.patch(location).set('Content-Range', '0-9').send(uniqueBytes(5));
    const response = await chunk.expect(400);
    expect(response.body).toMatchObject(errorBody('SIZE_INVALID', { expected: 10 }));
  });

  it('has the limit that a manifest exceeds, and its setting', async () => {
    const bytes = Buffer.from(JSON.stringify({ mediaType: 'x/y', text: 'x'.repeat(20_000) }));
    const response = await registry.putManifest('team/app', '1.0', bytes).expect(413);
    const detail = { limit: 16_384, setting: 'REGISTRY_MAX_MANIFEST_BYTES' };
    expect(response.body).toMatchObject(errorBody('MANIFEST_INVALID', detail));
  });

  it('has the limit of the storage that is full', async () => {
    await registry.pushBlob('team/app', uniqueBytes(400_000));
    await registry.pushBlob('team/app', uniqueBytes(400_000));
    const bytes = uniqueBytes(400_000);
    const path = `${HOME}/blobs/uploads/?digest=${Digest.of(bytes)}`;
    const response = await registry.http.post(path).send(bytes).expect(507);
    const detail = { limit: 1_048_576, setting: 'REGISTRY_MEMORY_MAX_BYTES' };
    expect(response.body).toMatchObject(errorBody('DENIED', detail));
  });

  it('names the setting that would allow a page of another origin', async () => {
    const origin = 'https://evil.example';
    const response = await registry.http.get('/v2/').set('Origin', origin).expect(403);
    const detail = { origin, setting: 'REGISTRY_CORS_ORIGINS' };
    expect(response.body).toMatchObject(errorBody('DENIED', detail));
  });
});
