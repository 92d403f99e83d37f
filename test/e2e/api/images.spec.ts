import { expect, it } from '@jest/globals';

import { type components } from '../../../src/api/client/schema.js';
import { Digest } from '../../../src/domain/digest.js';
import {
  buildIndex,
  buildManifest,
  EMPTY_JSON,
  EMPTY_TYPE,
  describeBytes,
  uniqueBytes,
  type BuiltImage,
  type BuiltManifest,
} from '../../../src/storage/contract/fixtures.js';
import { ApiClient } from '../../support/api.js';
import { describeRegistry } from '../../support/registry.js';

type Schemas = components['schemas'];

const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const imageEntry = ({ bytes }: BuiltImage) => describeBytes(bytes, OCI_IMAGE);

describeRegistry('the API of images', (registry) => {
  const api = () => new ApiClient(registry());
  const path = (repository: string, rest = '') =>
    `repositories/${encodeURIComponent(repository)}${rest}`;

  const bodyOf = async <T>(repository: string, rest: string): Promise<T> =>
    (await api().get(path(repository, rest))).body as T;
  const pushReferrer = async (
    repository: string,
    { bytes }: BuiltManifest,
  ): Promise<BuiltManifest> => {
    const empty = describeBytes(EMPTY_JSON, EMPTY_TYPE);
    const referrer = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_IMAGE,
      artifactType: 'application/spdx+json',
      config: empty,
      layers: [empty],
      subject: describeBytes(bytes, OCI_IMAGE),
    });
    await registry().pushBlob(repository, EMPTY_JSON);
    await registry().putManifest(repository, `${referrer.digest}`, referrer.bytes).expect(201);
    return referrer;
  };

  it('tells all about an image by one answer', async () => {
    const repository = registry().newRepository();
    const layers = [uniqueBytes(100), uniqueBytes(50)];
    const image = await registry().pushImage(repository, '1.0', layers);
    const other = registry().newRepository();
    await registry().pushImage(other, '1.0', [layers[0] ?? uniqueBytes(1), uniqueBytes(70)]);

    const body = await bodyOf<Schemas['ImageView']>(repository, '/images/1.0');

    expect(body).toMatchObject({
      digest: `${image.digest}`,
      tag: { name: '1.0' },
      manifest: { purpose: 'image', layers: [{ size: 100 }, { size: 50 }] },
      image: {
        manifest: { digest: `${image.digest}` },
        shared: [{ digest: `${Digest.of(layers[0] ?? uniqueBytes(1))}`, repositories: [other] }],
      },
      holders: { tags: ['1.0'], indexes: [], more: false },
      referrers: { referrers: [], more: false },
    });
    const byDigest = await bodyOf<Schemas['ImageView']>(repository, `/images/${image.digest}`);
    expect(byDigest.tag).toBeUndefined();
    expect(byDigest.digest).toBe(body.digest);
  });

  it('shows the image of one platform of an index', async () => {
    const repository = registry().newRepository();
    const images = [await registry().pushImage(repository), await registry().pushImage(repository)];
    const entries = images.map((image, at) => ({
      ...imageEntry(image),
      platform: { os: 'linux', architecture: ['arm64', 'amd64'][at] ?? '' },
    }));
    const index = buildIndex(entries);
    await registry().putManifest(repository, 'multi', index.bytes).expect(201);

    const view = (query = '') => bodyOf<Schemas['ImageView']>(repository, `/images/multi${query}`);

    expect(await view()).toMatchObject({
      digest: `${index.digest}`,
      manifest: { entries: [{ platform: 'linux/arm64' }, { platform: 'linux/amd64' }] },
      image: { platform: 'linux/amd64', manifest: { digest: `${images[1]?.digest}` } },
    });
    expect(await view('?platform=linux/arm64')).toMatchObject({
      image: { platform: 'linux/arm64', manifest: { digest: `${images[0]?.digest}` } },
    });
    expect((await view('?platform=linux/s390x')).image).toBeUndefined();
  });

  it('lists the files of referrers', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    const referrer = await pushReferrer(repository, image);

    const body = await bodyOf<Schemas['ImageView']>(repository, '/images/1.0');

    expect(body.referrers.referrers).toMatchObject([
      { digest: `${referrer.digest}`, purpose: 'sbom', files: [{ size: 2 }], referrers: [] },
    ]);
  });

  it('says that a tag, a digest or a repository does not exist', async () => {
    const repository = registry().newRepository();
    await registry().pushImage(repository, '1.0');
    for (const [name, reference] of [
      [repository, '2.0'],
      [repository, `sha256:${'0'.repeat(64)}`],
      ['team/none', '1.0'],
    ] as const) {
      expect(await api().get(path(name, `/images/${reference}`))).toMatchObject({
        status: 404,
        body: { code: 'manifest-unknown' },
      });
    }
    expect((await api().get(path(repository, '/images/a:b'))).status).toBe(400);
  });

  it('sends the bytes of manifests and blobs as downloads that no browser shows', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    const get = (digest: unknown) =>
      registry().http.get(`/api/v1/${path(repository, `/content/${String(digest)}`)}`);

    const manifest = await get(image.digest).buffer().expect(200);
    const config = await get(Digest.of(image.config)).set('Range', 'bytes=0-9').expect(206);

    expect(Buffer.from(manifest.body as Buffer).equals(Buffer.from(image.bytes))).toBe(true);
    expect(Buffer.from(config.body as Buffer)).toHaveLength(10);
    for (const { headers } of [manifest, config]) {
      expect(headers).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        'content-security-policy': "sandbox; default-src 'none'",
        'x-content-type-options': 'nosniff',
      });
    }
    const head = await registry()
      .http.head(`/api/v1/${path(repository, `/content/${image.digest}`)}`)
      .expect(200);
    expect(head.headers['content-length']).toBe(String(image.bytes.byteLength));
    await get(`sha256:${'0'.repeat(64)}`).expect(404);
  });

  it('says what the removal of a tag leaves, and what it frees', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0', [uniqueBytes(500)]);
    await registry().putManifest(repository, 'latest', image.bytes).expect(201);
    await pushReferrer(repository, image);

    const one = await api().get(path(repository, '/removal?tags=1.0'));
    const both = await api().get(path(repository, '/removal?tags=1.0,latest'));

    expect(one.body).toMatchObject({
      manifests: [
        {
          digest: `${image.digest}`,
          tags: ['1.0'],
          otherTags: ['latest'],
          referrers: 1,
          fate: 'tagged',
        },
      ],
      bytes: 0,
      freedBytes: 0,
    });
    expect(both.body).toMatchObject({
      manifests: [{ tags: ['1.0', 'latest'], otherTags: [], fate: 'kept' }],
      bytes: 0,
      keepsUntagged: true,
    });
  });

  it('says what the removal of manifests takes along, by the rules of the collector', async () => {
    const repository = registry().newRepository();
    const base = uniqueBytes(1_000);
    const kept = await registry().pushImage(repository, 'kept', [base]);
    const own = uniqueBytes(300);
    const gone = await registry().pushImage(repository, undefined, [base, own]);
    const index = buildIndex([imageEntry(gone), imageEntry(kept)]);
    await registry().putManifest(repository, 'multi', index.bytes).expect(201);

    const body = await bodyOf<Schemas['Removal']>(repository, `/removal?manifests=${index.digest}`);

    const parts = [index.bytes, gone.bytes, own, gone.config];
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(body).toMatchObject({
      manifests: [{ digest: `${index.digest}`, tags: ['multi'], fate: 'removed', entries: 2 }],
      entries: [`${gone.digest}`],
      bytes,
      freedBytes: bytes,
    });
    await registry().http.get(`/v2/${repository}/manifests/multi`).expect(200);
  });

  it('limits how much is previewed at once', async () => {
    const repository = registry().newRepository();
    await registry().pushImage(repository, '1.0');
    const tags = Array.from({ length: 101 }, (_, at) => `t${at}`).join(',');
    for (const [query, status] of [
      [`tags=${tags}`, 400],
      ['tags=..', 400],
      ['manifests=x', 400],
      ['tags=none', 200],
    ] as const) {
      expect((await api().get(path(repository, `/removal?${query}`))).status).toBe(status);
    }
  });

  it('lists manifests without a tag page by page, with the reason why they stay', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    const referrer = await pushReferrer(repository, image);
    const alone = [await registry().pushImage(repository), await registry().pushImage(repository)];
    const get = (query: string) => bodyOf<Schemas['Untagged']>(repository, `/untagged?${query}`);

    expect(await get('referrers=only')).toMatchObject({
      manifests: [{ digest: `${referrer.digest}`, kept: 'subject', subjectTags: ['1.0'] }],
      more: false,
    });
    const first = await get('referrers=without&limit=1');
    const second = await get(`referrers=without&limit=1&cursor=${first.next}`);
    expect([...first.manifests, ...second.manifests]).toMatchObject(
      alone
        .map(({ digest }) => `${digest}`)
        .sort()
        .map((digest) => ({ digest, kept: 'rule' })),
    );
    expect([first.more, second.more, second.next]).toEqual([true, false, undefined]);
  });

  it('merges the histories of all tags, of removed ones as well', async () => {
    const repository = registry().newRepository();
    const [first, second] = [
      await registry().pushImage(repository, 'a'),
      await registry().pushImage(repository, 'b'),
    ];
    await registry().putManifest(repository, 'a', second.bytes).expect(201);
    await api().send('delete', path(repository, '/tags/b'));
    const get = (query = '') =>
      bodyOf<Schemas['RepositoryHistory']>(repository, `/history?${query}`);

    const whole = await get();

    const shown = whole.changes.map(({ tag, digest }) => [tag, digest]);
    expect(shown.slice(0, 2)).toEqual([
      ['b', undefined],
      ['a', `${second.digest}`],
    ]);
    expect(shown).toHaveLength(4);
    expect(whole.changes[0]?.now).toBeUndefined();
    expect(whole.changes[1]).toMatchObject({
      now: `${second.digest}`,
      previous: `${first.digest}`,
      restorable: true,
    });
    const pages: Schemas['RepositoryChange'][] = [];
    for (let next = ''; ;) {
      const page = await get(`limit=1${next === '' ? '' : `&cursor=${next}`}`);
      pages.push(...page.changes);
      if (page.next === undefined) break;
      next = page.next;
    }
    expect(pages).toEqual(whole.changes);
    expect((await get('q=a')).changes).toHaveLength(2);
    expect((await api().get(path('team/none', '/history'))).status).toBe(404);
  });
});
