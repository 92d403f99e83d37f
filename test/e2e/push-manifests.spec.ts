import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX } from '../../src/domain/media-type.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  buildManifest,
  CONFIG_TYPE,
  describeBytes,
  EMPTY_JSON,
  EMPTY_TYPE,
  LAYER_TYPE,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { asBytes, describeRegistry, errorBody } from '../support/registry.js';

describeRegistry('pushing a manifest', (registry) => {
  it('returns its location', async () => {
    const repository = registry().newRepository();
    const { bytes, digest } = await registry().pushImage(repository);
    for (const reference of ['1.0', digest.toString()]) {
      const { headers } = await registry().putManifest(repository, reference, bytes).expect(201);
      expect(headers).toMatchObject({
        location: `/v2/${repository}/manifests/${digest}`,
        'docker-content-digest': digest.toString(),
        'content-length': '0',
      });
      expect(headers['oci-subject']).toBeUndefined();
      expect(headers['oci-tag']).toBeUndefined();
    }
  });

  it('keeps a sha512 digest, also for tags', async () => {
    const repository = registry().newRepository();
    const { bytes } = await registry().pushImage(repository);
    const digest = Digest.of(bytes, 'sha512');
    await registry().putManifest(repository, `${digest}?tag=long`, bytes).expect(201);
    for (const reference of ['long', `${digest}`]) {
      const path = `/v2/${repository}/manifests/${reference}`;
      await registry().http.get(path).expect(200).expect('Docker-Content-Digest', `${digest}`);
    }
  });

  it('sets every tag of the query', async () => {
    const repository = registry().newRepository();
    const { bytes, digest } = await registry().pushImage(repository);
    const tags = Array.from({ length: 12 }, (_, index) => `v${index}`);
    const query = tags.map((tag) => `tag=${tag}`).join('&');
    const response = await registry()
      .putManifest(repository, `${digest}?${query}`, bytes)
      .expect(201);
    expect(response.headers['oci-tag']?.split(', ')).toEqual(tags);
    const twice = await registry()
      .putManifest(repository, `${digest}?tag=a&tag=a`, bytes)
      .expect(201);
    expect(twice.headers['oci-tag']).toBe('a');
    for (const tag of tags) {
      const head = await registry().http.head(`/v2/${repository}/manifests/${tag}`).expect(200);
      expect(head.headers['docker-content-digest']).toBe(`${digest}`);
    }
  });

  it('sets no tag when one of them is invalid, and refuses too many', async () => {
    const repository = registry().newRepository();
    const { bytes, digest } = await registry().pushImage(repository);
    const bad = await registry()
      .putManifest(repository, `${digest}?tag=good&tag=-bad`, bytes)
      .expect(400);
    expect(bad.body).toMatchObject(errorBody('MANIFEST_INVALID'));
    await registry().http.head(`/v2/${repository}/manifests/good`).expect(404);
    const query = Array.from({ length: 101 }, (_, index) => `tag=t${index}`).join('&');
    await registry().putManifest(repository, `${digest}?${query}`, bytes).expect(414);
  });

  it('reports the processed subject, also if the subject does not exist', async () => {
    const repository = registry().newRepository();
    await registry().pushBlob(repository, EMPTY_JSON);
    const subject = buildImage().descriptor;
    const artifact = buildArtifact(subject, { artifactType: 'application/vnd.example' });
    const response = await registry()
      .putManifest(repository, `${artifact.digest}`, artifact.bytes)
      .expect(201);
    expect(response.headers['oci-subject']).toBe(subject.digest);
  });

  it.each([
    ['an index without entries', () => buildIndex().bytes],
    [
      'lists that are null',
      () => json({ mediaType: OCI_INDEX, manifests: null, annotations: null }),
    ],
    [
      'unknown fields',
      () => json({ mediaType: OCI_INDEX, manifests: [], 'org.example': { a: [1] } }),
    ],
    ['a Docker manifest list', () => json({ mediaType: DOCKER_LIST, manifests: [] })],
  ])('accepts %s, byte for byte', async (_, build) => {
    const repository = registry().newRepository();
    const bytes = build();
    await registry().putManifest(repository, 'it', bytes).expect(201);
    const got = await registry()
      .http.get(`/v2/${repository}/manifests/it`)
      .buffer(true)
      .parse(asBytes)
      .expect(200);
    expect((got.body as Buffer).equals(bytes)).toBe(true);
  });

  it('accepts images of every kind', async () => {
    const repository = registry().newRepository();
    const [config, layer] = [uniqueBytes(20), uniqueBytes(30)];
    await registry().pushBlob(repository, config);
    await registry().pushBlob(repository, layer);
    await registry().pushBlob(repository, EMPTY_JSON);
    const empty = describeBytes(EMPTY_JSON, EMPTY_TYPE);
    const foreign = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';
    const docker = 'application/vnd.docker.container.image.v1+json';
    const images = [
      {
        mediaType: DOCKER_IMAGE,
        config: describeBytes(config, docker),
        layers: [describeBytes(layer, LAYER_TYPE)],
      },
      {
        mediaType: OCI_IMAGE,
        artifactType: 'application/vnd.example',
        config: empty,
        layers: [empty],
      },
      { mediaType: OCI_IMAGE, config: describeBytes(config, CONFIG_TYPE), layers: [] },
      { mediaType: OCI_IMAGE, config: empty, layers: [describeBytes(uniqueBytes(9), foreign)] },
    ];
    for (const image of images) {
      await registry().putManifest(repository, 'kind', json(image)).expect(201);
      await registry()
        .http.head(`/v2/${repository}/manifests/kind`)
        .expect(200)
        .expect('Content-Type', image.mediaType);
    }
  });

  it('accepts an index whose entries are manifests, indexes or, as in BuildKit caches, layers', async () => {
    const repository = registry().newRepository();
    const layer = uniqueBytes(40);
    await registry().pushBlob(repository, layer);
    const image = await registry().pushImage(repository);
    const nested = buildIndex([image.descriptor]);
    await registry().putManifest(repository, `${nested.digest}`, nested.bytes).expect(201);
    const index = buildIndex([
      image.descriptor,
      nested.descriptor,
      describeBytes(layer, LAYER_TYPE),
    ]);
    await registry().putManifest(repository, 'cache', index.bytes).expect(201);
  });

  it('lists all missing content, and publishes nothing', async () => {
    const repository = registry().newRepository();
    const image = buildImage([uniqueBytes(10), uniqueBytes(10)]);
    await registry().pushBlob(repository, image.layers[0] ?? Buffer.alloc(0));
    const response = await registry().putManifest(repository, '1.0', image.bytes).expect(400);
    expect(response.body).toMatchObject(errorBody('MANIFEST_BLOB_UNKNOWN'));
    const missing = [image.config, image.layers[1] ?? Buffer.alloc(0)].map(
      (bytes) => `${Digest.of(bytes)}`,
    );
    expect(response.body.errors[0].detail).toEqual(missing);
    await registry().http.head(`/v2/${repository}/manifests/${image.digest}`).expect(404);
    await registry().http.get(`/v2/${repository}/tags/list`).expect(404);
  });

  it('treats a layer that only another repository has as missing', async () => {
    const [own, other] = [registry().newRepository(), registry().newRepository()];
    const image = await registry().pushImage(other);
    const response = await registry().putManifest(own, '1.0', image.bytes).expect(400);
    expect(response.body).toMatchObject(errorBody('MANIFEST_BLOB_UNKNOWN'));
  });

  it.each([
    ['something other than JSON', Buffer.from('{"schemaVersion": 2,')],
    ['a list instead of an object', Buffer.from('[]')],
    ['schemaVersion 1', json({ schemaVersion: 1, mediaType: OCI_INDEX })],
    [
      'a config without a digest',
      json({ mediaType: OCI_IMAGE, config: { mediaType: CONFIG_TYPE, size: 1 } }),
    ],
    ['an index that also has layers', json({ mediaType: OCI_INDEX, manifests: [], layers: [] })],
    [
      'a negative size',
      json({
        mediaType: OCI_INDEX,
        manifests: [{ ...describeBytes(EMPTY_JSON, OCI_IMAGE), size: -1 }],
      }),
    ],
    ['an index that Go reads as an image too', json({ mediaType: OCI_INDEX, Layers: [] })],
    ['a second mediaType', Buffer.from(`{"mediaType":"a/b",${emptyIndex().slice(1)}`)],
    ['annotations that are not strings', json({ mediaType: OCI_INDEX, annotations: { a: 1 } })],
  ])('refuses %s', async (_, bytes) => {
    const path = `/v2/${registry().newRepository()}/manifests/it`;
    const response = await registry()
      .http.put(path)
      .serialize(String)
      .send(bytes.toString())
      .expect(400);
    expect(response.body).toMatchObject(errorBody('MANIFEST_INVALID'));
  });

  it('refuses a Content-Type that the manifest contradicts, and ignores its parameters', async () => {
    const repository = registry().newRepository();
    const { bytes } = buildIndex();
    const put = (type: string) =>
      registry()
        .http.put(`/v2/${repository}/manifests/it`)
        .set('Content-Type', type)
        .serialize(String)
        .send(bytes.toString());
    const response = await put(OCI_IMAGE).expect(400);
    expect(response.body).toMatchObject(errorBody('MANIFEST_INVALID'));
    await put('nonsense').expect(400);
    await put(`${OCI_INDEX}; charset=utf-8`).expect(201);
    await registry()
      .http.head(`/v2/${repository}/manifests/it`)
      .expect(200)
      .expect('Content-Type', OCI_INDEX);
  });

  it('refuses a digest that does not match the content', async () => {
    const repository = registry().newRepository();
    const { bytes } = buildIndex();
    for (const reference of [`${Digest.of(uniqueBytes(3))}`, 'sha256:baddigeststring']) {
      const response = await registry().putManifest(repository, reference, bytes).expect(400);
      expect(response.body).toMatchObject(errorBody('DIGEST_INVALID'));
    }
  });
});

describeRegistry(
  'the limit of manifests',
  (registry) => {
    const large = json({ mediaType: OCI_INDEX, annotations: { filling: 'x'.repeat(20_000) } });

    it('refuses a manifest above it, with and without Content-Length', async () => {
      const repository = registry().newRepository();
      const response = await registry().putManifest(repository, 'it', large).expect(413);
      expect(response.body).toMatchObject(errorBody('MANIFEST_INVALID'));
      const chunked = registry()
        .http.put(`/v2/${repository}/manifests/it`)
        .set('Content-Type', OCI_INDEX)
        .set('Transfer-Encoding', 'chunked');
      chunked.write(large.toString());
      await chunked.expect(413);
      await registry().http.get(`/v2/${repository}/tags/list`).expect(404);
    });

    it('accepts a manifest of exactly that size', async () => {
      const frame = json({ mediaType: OCI_INDEX, annotations: { filling: '' } }).byteLength;
      const filling = 'x'.repeat(10_240 - frame);
      const exact = json({ mediaType: OCI_INDEX, annotations: { filling } });
      expect(exact.byteLength).toBe(10_240);
      await registry().putManifest(registry().newRepository(), 'it', exact).expect(201);
    });
  },
  { REGISTRY_MAX_MANIFEST_BYTES: '10KiB' },
);

describeRegistry(
  'sparse indexes',
  (registry) => {
    it('are accepted when the setting allows them, while sparse images are refused', async () => {
      const repository = registry().newRepository();
      const index = buildIndex([buildImage().descriptor]);
      await registry().putManifest(repository, 'index', index.bytes).expect(201);
      await registry().putManifest(repository, 'image', buildImage().bytes).expect(400);
    });
  },
  { REGISTRY_SPARSE_MANIFESTS: 'indexes' },
);

describeRegistry(
  'sparse images',
  (registry) => {
    it('are accepted when the setting allows everything', async () => {
      await registry()
        .putManifest(registry().newRepository(), 'image', buildImage().bytes)
        .expect(201);
    });
  },
  { REGISTRY_SPARSE_MANIFESTS: 'all' },
);

function emptyIndex(): string {
  return json({ mediaType: OCI_INDEX }).toString();
}

function json(fields: Readonly<Record<string, unknown>>): Buffer {
  return buildManifest({ schemaVersion: 2, ...fields }).bytes;
}
