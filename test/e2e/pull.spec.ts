import { describe, afterEach, expect, it, jest } from '@jest/globals';

import { OCI_INDEX } from '../../src/domain/media-type.js';
import { Digest } from '../../src/domain/digest.js';
import {
  buildIndex,
  buildManifest,
  uniqueBytes,
  type BuiltManifest,
} from '../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../src/storage/memory/memory-storage.js';
import { asBytes, describeRegistry, errorBody, TestRegistry } from '../support/registry.js';

/** Counts how often `registry` opens content from now on. */
function watchOpens({ storage: { blobs, manifests } }: TestRegistry): { count: () => number } {
  const spies = [
    jest.spyOn(blobs, 'open'),
    jest.spyOn(manifests, 'open'),
    jest.spyOn(manifests, 'openTagged'),
  ];
  return { count: () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0) };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describeRegistry('pulling manifests', (registry) => {
  it.each([
    ['a small one', buildIndex()],
    ['a large one', buildLargeIndex()],
  ])('serves the bytes that were pushed, by tag and by digest: %s', async (_, image) => {
    const repository = registry().newRepository();
    await registry().putManifest(repository, '1.0', image.bytes).expect(201);
    for (const reference of ['1.0', `${image.digest}`]) {
      const path = `/v2/${repository}/manifests/${reference}`;
      const got = await registry().http.get(path).buffer(true).parse(asBytes).expect(200);
      expect((got.body as Buffer).equals(image.bytes)).toBe(true);
      const head = await registry().http.head(path).expect(200);
      for (const { headers } of [got, head]) {
        expect(headers).toMatchObject({
          'content-type': OCI_INDEX,
          'content-length': String(image.bytes.byteLength),
          'docker-content-digest': image.digest.toString(),
          etag: `"${image.digest}"`,
        });
      }
      expect(head.body).toEqual({});
    }
  });

  it('answers 304 to a client that has the manifest already', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    const path = `/v2/${repository}/manifests/1.0`;
    for (const header of [`"${image.digest}"`, `"other", W/"${image.digest}"`, '*']) {
      const response = await registry().http.get(path).set('If-None-Match', header).expect(304);
      expect(response.headers['content-length']).toBeUndefined();
      await registry().http.head(path).set('If-None-Match', header).expect(304);
    }
    await registry().http.get(path).set('If-None-Match', '"other"').expect(200);
  });

  it('answers 304 without opening the manifest', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    const opens = watchOpens(registry());

    for (const reference of ['1.0', `${image.digest}`]) {
      const path = `/v2/${repository}/manifests/${reference}`;
      await registry().http.get(path).set('If-None-Match', `"${image.digest}"`).expect(304);
    }

    expect(opens.count()).toBe(0);
  });

  it('answers 404 to a conditional GET of a manifest that does not exist', async () => {
    const unknown = Digest.of(uniqueBytes(10));

    for (const reference of ['1.0', `${unknown}`]) {
      const path = `/v2/${registry().newRepository()}/manifests/${reference}`;
      await registry().http.get(path).set('If-None-Match', '*').expect(404);
    }
  });

  it('answers 404 for a manifest that does not exist', async () => {
    const repository = registry().newRepository();
    const unknown = Digest.of(uniqueBytes(10));
    for (const reference of ['1.0', `${unknown}`]) {
      const path = `/v2/${repository}/manifests/${reference}`;
      const response = await registry().http.get(path).expect(404);
      expect(response.body).toMatchObject(errorBody('MANIFEST_UNKNOWN'));
      await registry().http.head(path).expect(404);
    }
  });
});

describeRegistry('pulling blobs', (registry) => {
  const bytes = Buffer.from(Array.from({ length: 2_048 }, (_, index) => index % 251));
  const digest = Digest.of(bytes);

  async function path(): Promise<string> {
    const repository = registry().newRepository();
    await registry().pushBlob(repository, bytes);
    return `/v2/${repository}/blobs/${digest}`;
  }

  it('serves a blob with GET and HEAD', async () => {
    const blob = await path();
    const got = await registry().http.get(blob).expect(200);
    expect((got.body as Buffer).equals(bytes)).toBe(true);
    const head = await registry().http.head(blob).expect(200);
    for (const { headers } of [got, head]) {
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-length': '2048',
        'docker-content-digest': digest.toString(),
        'accept-ranges': 'bytes',
        etag: `"${digest}"`,
      });
    }
  });

  it('serves the empty blob', async () => {
    const repository = registry().newRepository();
    const empty = await registry().pushBlob(repository, Buffer.alloc(0));
    for (const method of ['get', 'head'] as const) {
      const response = await registry()
        .http[method](`/v2/${repository}/blobs/${empty}`)
        .expect(200);
      expect(response.headers['content-length']).toBe('0');
    }
  });

  it('serves a blob of several megabytes byte for byte', async () => {
    const repository = registry().newRepository();
    const large = uniqueBytes(5 * 1024 * 1024 + 17);
    const pushed = await registry().pushBlob(repository, large);
    const got = await registry().http.get(`/v2/${repository}/blobs/${pushed}`).expect(200);
    expect((got.body as Buffer).equals(large)).toBe(true);
  });

  it.each([
    ['bytes=500-1499', 500, 1_499],
    ['bytes=500-', 500, 2_047],
    ['bytes=-500', 1_548, 2_047],
    ['bytes=2000-5000', 2_000, 2_047],
    ['bytes=0-0', 0, 0],
  ])('serves the range %s', async (range, start, end) => {
    const response = await registry()
      .http.get(await path())
      .set('Range', range)
      .expect(206);
    expect(response.headers).toMatchObject({
      'content-range': `bytes ${start}-${end}/2048`,
      'content-length': String(end - start + 1),
      'docker-content-digest': digest.toString(),
    });
    expect((response.body as Buffer).equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  it('serves several ranges as multipart/byteranges', async () => {
    const response = await registry()
      .http.get(await path())
      .set('Range', 'bytes=1000-1009, 0-9')
      .buffer(true)
      .parse(asBytes)
      .expect(206);
    const [, boundary] =
      /^multipart\/byteranges; boundary=(\S+)$/.exec(response.headers['content-type'] ?? '') ?? [];
    const part = (start: number, end: number) =>
      `\r\n--${boundary}\r\nContent-Type: application/octet-stream\r\n` +
      `Content-Range: bytes ${start}-${end}/2048\r\n\r\n${bytes.subarray(start, end + 1).toString('latin1')}`;
    const expected = `${part(1_000, 1_009)}${part(0, 9)}\r\n--${boundary}--\r\n`;
    expect((response.body as Buffer).toString('latin1')).toBe(expected);
    expect(response.headers['content-length']).toBe(String(expected.length));
  });

  it.each(['bytes=2048-', 'bytes=5000-10000', 'bytes=500-0', 'bytes=-0'])(
    'answers 416 to the range %s',
    async (range) => {
      const response = await registry()
        .http.get(await path())
        .set('Range', range)
        .expect(416);
      expect(response.headers['content-range']).toBe('bytes */2048');
      expect(response.body).toMatchObject(errorBody('SIZE_INVALID'));
    },
  );

  it('serves 1,024 ranges, each as a part of its own', async () => {
    const ranges = Array.from({ length: 1_024 }, (_, index) => `${2 * index}-${2 * index + 1}`);

    const response = await registry()
      .http.get(await path())
      .set('Range', `bytes=${ranges.join(',')}`)
      // As long as the ranges of a large blob are.
      .set('X-Padding', 'x'.repeat(12_000))
      .buffer(true)
      .parse(asBytes)
      .expect(206);

    const parts = (response.body as Buffer).toString('latin1').match(/Content-Range: bytes /g);
    expect(parts).toHaveLength(1_024);
  });

  it.each([
    ['more than 1,024 ranges', `bytes=${Array(1_025).fill('0-0').join(',')}`],
    ['ranges that add up to more than the blob', 'bytes=0-2047,0-0'],
  ])('serves the whole blob for %s', async (_, range) => {
    const response = await registry()
      .http.get(await path())
      .set('Range', range)
      .expect(200);
    expect(response.headers['content-length']).toBe('2048');
  });

  it.each(['lines=1-2', 'bytes', 'bytes=a-b', 'bytes=1-2;3-4'])(
    'serves the whole blob for the unknown range header %s',
    async (range) => {
      const response = await registry()
        .http.get(await path())
        .set('Range', range)
        .expect(200);
      expect(response.headers['content-length']).toBe('2048');
    },
  );

  it('serves a range only of the content that If-Range names', async () => {
    const blob = await path();
    const get = (condition: string) =>
      registry().http.get(blob).set('Range', 'bytes=0-9').set('If-Range', condition);
    await get(`"${digest}"`).expect(206);
    await get('"other"').expect(200);
    await get(`W/"${digest}"`).expect(200);
    await get('Tue, 24 Nov 2026 00:00:00 GMT').expect(200);
  });

  it('answers 304 to a client that has the blob already', async () => {
    const blob = await path();
    await registry().http.get(blob).set('If-None-Match', `"${digest}"`).expect(304);
    await registry().http.head(blob).set('If-None-Match', `"${digest}"`).expect(304);
  });

  it('answers 304 without opening the blob', async () => {
    const blob = await path();
    const opens = watchOpens(registry());

    await registry().http.get(blob).set('If-None-Match', `"${digest}"`).expect(304);

    expect(opens.count()).toBe(0);
  });

  it('answers 404 to a conditional GET of a blob that the repository does not have', async () => {
    const other = `/v2/${registry().newRepository()}/blobs/${digest}`;

    await registry().http.get(other).set('If-None-Match', '*').expect(404);
  });

  it('answers 404 for a blob that only another repository has', async () => {
    await path();
    const other = `/v2/${registry().newRepository()}/blobs/${digest}`;
    const response = await registry().http.get(other).expect(404);
    expect(response.body).toMatchObject(errorBody('BLOB_UNKNOWN'));
    await registry().http.head(other).expect(404);
  });
});

function buildLargeIndex(): BuiltManifest {
  const annotations = { large: uniqueBytes(200_000).toString('hex') };
  return buildManifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], annotations });
}

describe('a blob that the storage locates at a URL', () => {
  const url = 'https://bucket.example/blob?signed';

  async function blobWith(delivery: string): Promise<{
    registry: TestRegistry;
    path: string;
    bytes: Buffer;
  }> {
    const storage = createMemoryStorage({ maxBytes: 1_000_000 });
    const location = { url, until: Date.now() + 60_000 };
    Object.assign(storage.blobs, { locate: () => Promise.resolve(location) });
    const environment = { REGISTRY_STORAGE_DRIVER: 'memory', REGISTRY_BLOB_DELIVERY: delivery };
    const registry = await TestRegistry.start(environment, storage);
    const bytes = uniqueBytes(1_000);
    const digest = await registry.pushBlob('team/app', bytes);
    return { registry, path: `/v2/team/app/blobs/${digest}`, bytes };
  }

  it.each(['stream', 'x-accel'])('is sent by the registry with %s', async (delivery) => {
    const { registry, path, bytes } = await blobWith(delivery);

    const got = await registry.http.get(path).buffer(true).parse(asBytes).expect(200);

    expect((got.body as Buffer).equals(bytes)).toBe(true);
    expect(got.headers['x-accel-redirect']).toBeUndefined();
    await registry.stop();
  });

  it('makes a GET lead there with redirect, and a HEAD get its response from the registry', async () => {
    const { registry, path } = await blobWith('redirect');

    await registry.http.get(path).redirects(0).expect(307).expect('Location', url);
    const ranged = registry.http.get(path).redirects(0).set('Range', 'bytes=1-5');
    await ranged.expect(307).expect('Location', url);
    await registry.http.head(path).expect(200).expect('Content-Length', '1000');
    await registry.stop();
  });

  it('is unknown in a repository that does not have it', async () => {
    const { registry, path } = await blobWith('redirect');

    Object.assign(registry.storage.blobs, { locate: () => Promise.resolve(undefined) });
    await registry.http.get(path.replace('team/app', 'team/other')).expect(404);
    await registry.stop();
  });
});
