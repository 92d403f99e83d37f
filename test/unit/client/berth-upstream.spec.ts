import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { openRegistryClient } from '../../../src/client/open-registry-client.js';
import { type RegistryClient } from '../../../src/client/registry-client.js';
import { Digest } from '../../../src/domain/digest.js';
import { parseTagName, type Reference } from '../../../src/domain/reference.js';
import {
  buildImage,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { TestRegistry } from '../../support/registry.js';
import { clientOptions, digestOf, upstreamAt } from '../../support/upstreams/client.js';

const LATEST = parseTagName('latest');
const UNKNOWN = Digest.of(Buffer.from('unknown'));

describe('a client of another Berth', () => {
  let registry: TestRegistry;
  let client: RegistryClient;
  let image: BuiltImage;
  const bytes = uniqueBytes(100_000);
  const layer = Digest.of(bytes);
  beforeAll(async () => {
    registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    client = openRegistryClient(upstreamAt(`http://127.0.0.1:${registry.port}`), clientOptions());
    image = await registry.pushImage('team/app', 'latest', [bytes]);
  });
  afterAll(async () => {
    await client.close();
    await registry.stop();
  });

  it.each<[string, () => Reference]>([
    ['a tag', () => LATEST],
    ['a digest', () => image.digest],
  ])('describes a manifest by %s', async (_, reference) => {
    expect(await client.stat('team/app', reference())).toEqual({
      mediaType: image.descriptor.mediaType,
      digest: image.digest,
      size: image.bytes.byteLength,
    });
  });

  it('gets a manifest by its tag', async () => {
    const manifest = await client.manifest('team/app', LATEST);

    expect(manifest).toMatchObject({ digest: image.digest, size: image.bytes.byteLength });
    expect(manifest?.bytes).toEqual(image.bytes);
  });

  it('gets a manifest by its sha512 digest', async () => {
    const { bytes, config } = buildImage([]);
    const digest = Digest.of(bytes, 'sha512');
    await registry.pushBlob('team/app', config);
    await registry.putManifest('team/app', `${digest}`, bytes).expect(201);

    expect(await client.manifest('team/app', digest)).toMatchObject({ digest });
    expect(await client.stat('team/app', digest)).toMatchObject({ digest });
  });

  it('finds nothing where the registry has nothing', async () => {
    expect(await client.stat('team/app', UNKNOWN)).toBeUndefined();
    expect(await client.stat('no/such', LATEST)).toBeUndefined();
    expect(await client.manifest('team/app', parseTagName('none'))).toBeUndefined();
    expect(await client.blob('team/app', UNKNOWN, 0)).toBeUndefined();
    expect(await client.statBlob('team/app', UNKNOWN)).toBeUndefined();
    expect(await client.tags('no/such')).toBeUndefined();
  });

  it.each([
    ['the whole of a blob', 0],
    ['a blob from the middle on', 60_000],
    ['the last byte of a blob', 99_999],
  ])('sends %s', async (_, from) => {
    const blob = await client.blob('team/app', layer, from);

    expect(blob).toMatchObject({ size: 100_000, offset: from });
    expect(await digestOf(blob)).toEqual(Digest.of(bytes.subarray(from)));
  });

  it('knows the size of a blob without reading it', async () => {
    expect(await client.statBlob('team/app', layer)).toEqual({ size: 100_000 });
  });

  it('lists tags page by page', async () => {
    for (const name of ['a', 'b', 'c']) {
      await registry.putManifest('team/app', name, image.bytes).expect(201);
    }

    expect(await client.tags('team/app')).toEqual({ tags: ['a', 'b', 'c', 'latest'] });
    expect(await client.tags('team/app', 'b')).toEqual({ tags: ['c', 'latest'] });
    const first = await client.tags('team/app', '?n=2');
    expect(first).toEqual({ tags: ['a', 'b'], next: 'b' });
  });

  it('lists the manifests that refer to another, with types and annotations', async () => {
    const { descriptor } = image;
    const signature = JSON.parse(image.bytes.toString()) as object;
    const artifactType = 'application/vnd.example.signature';
    const annotations = { made: 'today' };
    const bytes = Buffer.from(
      JSON.stringify({ ...signature, subject: descriptor, artifactType, annotations }),
    );
    await registry.putManifest('team/app', `${Digest.of(bytes)}`, bytes).expect(201);

    const referrers = await client.referrers('team/app', image.digest);

    expect(referrers).toEqual([
      {
        mediaType: descriptor.mediaType,
        digest: Digest.of(bytes),
        size: bytes.byteLength,
        artifactType,
        annotations,
      },
    ]);
    expect(await client.referrers('team/app', UNKNOWN)).toEqual([]);
  });
});
