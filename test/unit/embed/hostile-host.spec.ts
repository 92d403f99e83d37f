import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplication } from '@nestjs/common';

import { RegistryModule } from '../../../src/embed/registry.module.js';
import { TestRegistry } from '../../support/registry.js';
import {
  buildArtifact,
  buildManifest,
  describeBytes,
  LAYER_TYPE,
} from '../../../src/storage/contract/fixtures.js';
import { PLATFORMS, startHostileHost } from './hostile-host.js';
import { exchange, headerOf, withoutChance, type RawRequest } from './raw-http.js';

const LAYER = Buffer.from('a layer, '.repeat(50));
const CONFIG = Buffer.from('{"architecture":"amd64"}');
const IMAGE = buildManifest({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: describeBytes(CONFIG, 'application/vnd.oci.image.config.v1+json'),
  layers: [describeBytes(LAYER, LAYER_TYPE)],
});
const SIGNATURE = buildArtifact(IMAGE.descriptor, {
  artifactType: 'application/vnd.example.signature',
  annotations: { of: 'an image' },
});
const BLOBS = '/v2/team/app/blobs';
const MANIFESTS = '/v2/team/app/manifests';
const [layer, config, image] = [LAYER, CONFIG, IMAGE.bytes].map(
  (bytes) => describeBytes(bytes, 'any').digest,
);
const OCTETS = { 'Content-Type': 'application/octet-stream' };
const OCI = { 'Content-Type': IMAGE.descriptor.mediaType };

function push(bytes: Buffer): RawRequest {
  const { digest } = describeBytes(bytes, 'any');
  return {
    method: 'POST',
    target: `${BLOBS}/uploads/?digest=${digest}`,
    headers: OCTETS,
    body: bytes,
  };
}

function get(target: string, headers: RawRequest['headers'] = {}): RawRequest {
  return { method: 'GET', target, headers: { 'Accept-Encoding': 'gzip, br', ...headers } };
}

/** The requests in order. `UPLOAD` stands for the location of the upload that was begun last. */
const REQUESTS: readonly (readonly [string, RawRequest])[] = [
  ['the root', get('/v2/')],
  ['the root without a slash', get('/v2')],
  ['the root with a query', get('/v2?x=%00')],
  ['the root in the absolute form', get('http://registry.test/v2/')],
  ['a begun upload', { method: 'POST', target: `${BLOBS}/uploads/` }],
  ['a chunk', { method: 'PATCH', target: 'UPLOAD', headers: OCTETS, body: LAYER.subarray(0, 100) }],
  ['the state of the upload', get('UPLOAD')],
  [
    'a chunk that is not JSON, sent as a JSON type',
    {
      method: 'PATCH',
      target: 'UPLOAD',
      headers: { 'Content-Type': 'application/json' },
      body: LAYER.subarray(100, 200),
    },
  ],
  [
    'the last chunk',
    { method: 'PUT', target: `UPLOAD?digest=${layer}`, headers: OCTETS, body: LAYER.subarray(200) },
  ],
  [
    'a chunk in HTTP chunks',
    {
      method: 'POST',
      target: `${BLOBS}/uploads/?digest=${config}`,
      headers: { ...OCTETS, 'Transfer-Encoding': 'chunked', 'Content-Encoding': 'gzip' },
      body: `${CONFIG.byteLength.toString(16)}\r\n${CONFIG.toString()}\r\n0\r\n\r\n`,
    },
  ],
  ['a blob of the empty config', push(Buffer.from('{}'))],
  ['a blob with a wrong digest', { ...push(LAYER), body: CONFIG }],
  [
    'a blob with Expect: 100-continue',
    { ...push(LAYER), headers: { ...OCTETS, Expect: '100-continue', 'Content-Length': '450' } },
  ],
  ['an unknown expectation', get('/v2/', { Expect: 'the-impossible' })],
  ['a blob', get(`${BLOBS}/${layer}`)],
  ['a range', get(`${BLOBS}/${layer}`, { Range: 'bytes=3-9' })],
  ['two ranges', get(`${BLOBS}/${layer}`, { Range: 'bytes=3-9,20-25' })],
  ['no range', get(`${BLOBS}/${layer}`, { Range: 'bytes=9999-' })],
  ['a blob that the client has', get(`${BLOBS}/${layer}`, { 'If-None-Match': `"${layer}"` })],
  ['the head of a blob', { method: 'HEAD', target: `${BLOBS}/${layer}` }],
  ['a manifest', { method: 'PUT', target: `${MANIFESTS}/1.0`, headers: OCI, body: IMAGE.bytes }],
  [
    'a manifest as JSON with a charset',
    {
      method: 'PUT',
      target: `${MANIFESTS}/2.0?tag=2.1&tag=2.2`,
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: IMAGE.bytes,
    },
  ],
  [
    'a manifest that is not JSON',
    { method: 'PUT', target: `${MANIFESTS}/3.0`, headers: OCI, body: '{"no' },
  ],
  [
    'an artifact',
    {
      method: 'PUT',
      target: `${MANIFESTS}/${SIGNATURE.digest}`,
      headers: OCI,
      body: SIGNATURE.bytes,
    },
  ],
  ['a manifest by its tag', get(`${MANIFESTS}/1.0`)],
  ['a manifest by its digest', get(`${MANIFESTS}/${image}`)],
  ['the head of a manifest', { method: 'HEAD', target: `${MANIFESTS}/1.0` }],
  ['tags', get('/v2/team/app/tags/list')],
  ['a page of tags', get('/v2/team/app/tags/list?n=1')],
  ['referrers', get(`/v2/team/app/referrers/${image}`)],
  ['the catalog', get('/v2/_catalog?n=1')],
  ['nothing', get(`${MANIFESTS}/nothing`)],
  ['no path', get('/v2/no/path')],
  ['a bad escape', get('/v2/%zz/tags/list')],
  ['an escaped slash', get('/v2/team%2Fapp/tags/list')],
  ['another method', { method: 'POST', target: `${BLOBS}/${layer}`, body: '{}' }],
  [
    'a preflight request of a browser',
    {
      method: 'OPTIONS',
      target: `${MANIFESTS}/1.0`,
      headers: { Origin: 'https://example.test', 'Access-Control-Request-Method': 'PUT' },
    },
  ],
  ['a request of a browser', get('/v2/', { Origin: 'https://example.test' })],
  ['a deleted tag', { method: 'DELETE', target: `${MANIFESTS}/1.0` }],
  ['a deleted blob', { method: 'DELETE', target: `${BLOBS}/${layer}` }],
];

/** Returns the responses to all requests, in order. */
async function conversation(port: number): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  let upload = '';
  for (const [title, request] of REQUESTS) {
    const target = request.target.replace('UPLOAD', upload);
    const answer = await exchange(port, { ...request, target });
    upload = headerOf(answer, 'Location') ?? upload;
    answers[title] = withoutChance(answer);
  }
  return answers;
}

describe.each(PLATFORMS)('a hostile host on %s', (platform) => {
  let plain: TestRegistry;
  let host: INestApplication;
  let alone: INestApplication;
  let port: number;
  let portAlone: number;
  beforeAll(async () => {
    plain = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    const registry = RegistryModule.forRoot({
      storage: { driver: 'memory' },
      access: 'none',
      logger: false,
    });
    ({ app: host, port } = await startHostileHost(platform, [registry]));
    ({ app: alone, port: portAlone } = await startHostileHost(platform, []));
  });
  afterAll(async () => {
    await plain.stop();
    await host.close();
    await alone.close();
  });

  it('does not change a byte of the registry’s responses', async () => {
    const expected = await conversation(plain.port);

    expect(await conversation(port)).toEqual(expected);
    // Makes sure that responses were compared, and that the last one succeeded.
    expect(Object.values(expected).at(-1)).toMatch(/^HTTP\/1.1 202 /);
  });

  it.each<[string, RawRequest]>([
    ['a route', get('/api/v1/things', { 'X-Friend': 'yes' })],
    ['a route in the absolute form', get('http://host/api/v1/things', { 'X-Friend': 'yes' })],
    ['a route for strangers', get('/api/v1/things')],
    ['a prefix that only looks like it', get('/v20/things', { 'X-Friend': 'yes' })],
    ['a path below another', get('/api/v2/things', { 'X-Friend': 'yes' })],
    ['no path', get('/nowhere')],
    ['the health of the registry', get('/health')],
    [
      'a body',
      {
        method: 'POST',
        target: '/api/v1/things',
        headers: { 'X-Friend': 'yes', 'Content-Type': 'text/plain' },
        body: '{"size":5}',
      },
    ],
    [
      'a body with Expect: 100-continue',
      {
        method: 'POST',
        target: '/api/v1/things',
        headers: { 'X-Friend': 'yes', 'Content-Type': 'text/plain', Expect: '100-continue' },
        body: '{"size":5}',
      },
    ],
    ['an expectation', get('/api/v1/things', { 'X-Friend': 'yes', Expect: 'the-impossible' })],
    [
      'a body that is not valid',
      {
        method: 'POST',
        target: '/api/v1/things',
        headers: { 'X-Friend': 'yes', 'Content-Type': 'text/plain' },
        body: '{"size":"large"}',
      },
    ],
    [
      'a preflight request of a browser',
      {
        method: 'OPTIONS',
        target: '/api/v1/things',
        headers: { Origin: 'https://example.test', 'Access-Control-Request-Method': 'PUT' },
      },
    ],
    ['no HTTP', { method: 'GE T', target: '/api/v1/things' }],
  ])('handles %s as it does without the registry', async (_title, request) => {
    const without = withoutChance(await exchange(portAlone, request));

    expect(withoutChance(await exchange(port, request))).toBe(without);
    expect(without).toMatch(/^HTTP\/1.1 \d{3} /);
  });
});
