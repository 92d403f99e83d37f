import { expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  EMPTY_JSON,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { describeRegistry, errorBody } from '../support/registry.js';

describeRegistry(
  'the limit of uploads',
  (registry) => {
    it('refuses a larger blob in every kind of upload, and accepts one of exactly that size', async () => {
      const repository = registry().newRepository();
      const large = uniqueBytes(1_025);
      const single = `/v2/${repository}/blobs/uploads/?digest=${Digest.of(large)}`;
      const refused = await registry().http.post(single).send(large).expect(413);
      expect(refused.body).toMatchObject(errorBody('BLOB_UPLOAD_INVALID'));
      const location = await registry().beginUpload(repository);
      await registry().http.patch(location).send(large.subarray(0, 1_000)).expect(202);
      await registry().http.patch(location).send(large.subarray(0, 25)).expect(413);
      const chunked = registry().http.patch(location).set('Transfer-Encoding', 'chunked');
      chunked.write(large.subarray(0, 30).toString('latin1'));
      await chunked.expect(413);
      await registry().pushBlob(repository, large.subarray(1));
    });
  },
  { REGISTRY_MAX_UPLOAD_BYTES: '1KiB' },
);

describeRegistry(
  'the limit of lists',
  (registry) => {
    it('splits tags and referrers into pages that are linked by Link headers', async () => {
      const repository = registry().newRepository();
      const { bytes, descriptor } = buildIndex();
      for (const tag of ['a', 'b', 'c'])
        await registry().putManifest(repository, tag, bytes).expect(201);
      const first = await registry().http.get(`/v2/${repository}/tags/list?n=100`).expect(200);
      expect(first.body.tags).toEqual(['a', 'b']);
      const next = /^<(.+)>/.exec(first.headers['link'] ?? '')?.[1] ?? '';
      expect((await registry().http.get(next).expect(200)).body.tags).toEqual(['c']);
      await registry().pushBlob(repository, EMPTY_JSON);
      for (let index = 0; index < 3; index++) {
        const artifact = buildArtifact(descriptor, {});
        await registry().putManifest(repository, `${artifact.digest}`, artifact.bytes).expect(201);
      }
      const referrers = await registry()
        .http.get(`/v2/${repository}/referrers/${descriptor.digest}`)
        .expect(200);
      expect(referrers.body.manifests).toHaveLength(2);
      expect(referrers.headers['link']).toContain('rel="next"');
    });
  },
  { REGISTRY_MAX_LIST_ENTRIES: '2' },
);

describeRegistry(
  'the limit of requests',
  (registry) => {
    it('answers 429 with Retry-After to a client with too many requests, and serves it again soon', async () => {
      const answers = await Promise.all(
        Array.from({ length: 60 }, async () => registry().http.get('/v2/')),
      );
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(10);
      expect(refused).not.toEqual([]);
      expect(refused[0]?.body).toMatchObject(errorBody('TOOMANYREQUESTS'));
      expect(refused[0]?.headers['retry-after']).toBe('1');
      await registry().http.get('/health').expect(200);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await registry().http.get('/v2/').expect(200);
    });
  },
  { REGISTRY_MAX_REQUESTS_PER_SECOND: '10' },
);

describeRegistry(
  'the limit of uploads at once',
  (registry) => {
    it('answers 429 to one upload more', async () => {
      const repository = registry().newRepository();
      const [one, other] = [
        await registry().beginUpload(repository),
        await registry().beginUpload(repository),
      ];
      const slow = registry().http.patch(one).set('Transfer-Encoding', 'chunked');
      slow.write('a');
      await new Promise((resolve) => setTimeout(resolve, 100));
      const refused = await registry().http.patch(other).send(uniqueBytes(5)).expect(429);
      expect(refused.body).toMatchObject(errorBody('TOOMANYREQUESTS'));
      await slow.expect(202);
      await registry().http.patch(other).send(uniqueBytes(5)).expect(202);
    });
  },
  { REGISTRY_MAX_UPLOADS: '1' },
);

describeRegistry(
  'the limit of entries in a manifest',
  (registry) => {
    it('refuses an index and an image with more, and accepts as many', async () => {
      const repository = registry().newRepository();
      const { descriptor, bytes } = buildIndex();
      await registry().putManifest(repository, 'entry', bytes).expect(201);
      const put = (count: number) =>
        registry().putManifest(repository, 'it', buildIndex(Array(count).fill(descriptor)).bytes);
      await put(3).expect(201);
      const refused = await put(4).expect(400);
      expect(refused.body).toMatchObject(errorBody('MANIFEST_INVALID'));
      expect(refused.text).toContain('allowed: 3 (REGISTRY_MAX_MANIFEST_ENTRIES)');
      const image = buildImage([1, 2, 3, 4].map(uniqueBytes));
      await registry().putManifest(repository, 'image', image.bytes).expect(400);
    });
  },
  { REGISTRY_MAX_MANIFEST_ENTRIES: '3' },
);
