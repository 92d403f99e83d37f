import { setTimeout as delay } from 'node:timers/promises';

import { expect, it } from '@jest/globals';

import {
  buildIndex,
  describeBytes,
  repo,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { ApiClient } from '../../support/api.js';
import { describeRegistry } from '../../support/registry.js';

const imageEntry = ({ bytes }: BuiltImage) =>
  describeBytes(bytes, 'application/vnd.oci.image.manifest.v1+json');

/** What these tests look at in a repository. */
interface Shown {
  readonly recentPulls: number;
  readonly pullsByDay: readonly number[];
}

const zeros = (count: number): number[] => Array<number>(count).fill(0);

describeRegistry('the API of repositories and manifests', (registry) => {
  const api = () => new ApiClient(registry());
  const path = (repository: string, rest = '') =>
    `repositories/${encodeURIComponent(repository)}${rest}`;

  it('lists repositories by a part of their name, with figures', async () => {
    await registry().pushImage('search/apple', '1.0');
    await registry().pushImage('search/pear', '1.0');
    const all = await api().get('repositories?q=search/&limit=1');
    expect(all.body.repositories).toMatchObject([{ name: 'search/apple' }]);
    const more = await api().get(`repositories?q=search/&limit=1&cursor=${all.body.next}`);
    expect(more.body.repositories).toMatchObject([{ name: 'search/pear' }]);
    const one = await api().get(path('search/apple'));
    expect(one.body).toMatchObject({ name: 'search/apple', tags: 1, manifests: 1, blobs: 2 });
    expect((await api().get('repositories?sort=-size&q=nothing-like-it')).body).toMatchObject({
      repositories: [],
    });
  });

  it('shows the pulls of the last 30 days, by day and in all', async () => {
    const repository = registry().newRepository();
    const { digest } = await registry().pushImage(repository, '1.0');
    expect((await api().get(path(repository))).body).toMatchObject({
      recentPulls: 0,
      pullsByDay: Array<number>(30).fill(0),
    });
    const old = [3, 29, 40].map((days) => Date.now() - days * 86_400_000);
    for (const lastPulledAt of old) {
      await registry().storage.usage.add(repo(repository), [{ digest, pulls: 5, lastPulledAt }]);
    }
    await registry().http.get(`/v2/${repository}/manifests/1.0`).expect(200);
    await registry().writeUsage();

    const { recentPulls, pullsByDay } = (await api().get(path(repository))).body as Shown;
    expect(pullsByDay).toEqual([5, ...zeros(25), 5, ...zeros(2), 1]);
    expect(recentPulls).toBe(11);
    const list = await api().get(`repositories?q=${encodeURIComponent(repository)}`);
    expect(list.body.repositories).toMatchObject([{ recentPulls, pullsByDay }]);
    expect((list.body.repositories as object[])[0]).not.toHaveProperty('mirror');
  });

  it('says that a repository does not exist', async () => {
    for (const rest of ['', '/tags', '/untagged']) {
      expect(await api().get(path('team/none', rest))).toMatchObject({
        status: 404,
        body: { code: 'name-unknown' },
      });
    }
    expect((await api().get(path('Team'))).status).toBe(400);
    expect((await api().send('delete', path('team/none'))).status).toBe(404);
  });

  it('deletes a repository with everything in it', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    await registry()
      .putManifest(repository, 'index', buildIndex([imageEntry(image)]).bytes)
      .expect(201);
    await registry().beginUpload(repository);
    const removed = await api().send('delete', path(repository));
    expect(removed.body).toMatchObject({ repository, manifests: 2 });
    await registry().http.get(`/v2/${repository}/manifests/1.0`).expect(404);
    const { uploads } = (await api().get('uploads')).body as { uploads: { repository: string }[] };
    expect(uploads.filter((upload) => upload.repository === repository)).toEqual([]);
  });

  it('deletes a repository whose name ends like a path of another one only if the name is encoded', async () => {
    const repository = 'ends/like/tags';
    await registry().pushImage(repository, '1.0');
    const ambiguous = await api().send('delete', `repositories/${repository}`);
    expect(ambiguous).toMatchObject({ status: 405, body: { code: 'method-unsupported' } });
    await registry().http.get(`/v2/${repository}/manifests/1.0`).expect(200);
    expect((await api().send('delete', path(repository))).status).toBe(200);
  });

  it('explains a manifest, what refers to it and what leads to it', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    const index = buildIndex([imageEntry(image)]);
    await registry().putManifest(repository, 'multi', index.bytes).expect(201);
    const url = path(repository, `/manifests/${image.digest}`);
    expect((await api().get(url)).body).toMatchObject({
      digest: `${image.digest}`,
      purpose: 'image',
      layers: [{ size: 300, isForeign: false }],
    });
    expect((await api().get(`${url}/holders`)).body).toEqual({
      tags: ['1.0'],
      indexes: [`${index.digest}`],
      more: false,
    });
    expect((await api().get(`${url}/referrers`)).body).toEqual({ referrers: [], more: false });
    const missing = path(repository, `/manifests/sha256:${'0'.repeat(64)}`);
    expect((await api().get(missing)).status).toBe(404);
    expect((await api().get(`${missing}/holders`)).status).toBe(404);
  });

  it('lists manifests that no tag leads to', async () => {
    const repository = registry().newRepository();
    const listed = await registry().pushImage(repository);
    await registry()
      .putManifest(repository, 'multi', buildIndex([imageEntry(listed)]).bytes)
      .expect(201);
    const alone = await registry().pushImage(repository);
    expect((await api().get(path(repository, '/untagged'))).body).toMatchObject({
      manifests: [{ digest: `${alone.digest}`, purpose: 'image' }],
      more: false,
    });
  });

  it('compares two images', async () => {
    const repository = registry().newRepository();
    const base = uniqueBytes(100);
    await registry().pushImage(repository, '1.0', [base, uniqueBytes(50)]);
    await registry().pushImage(repository, '2.0', [base, uniqueBytes(70)]);
    const compared = await api().get(path(repository, '/compare?a=1.0&b=2.0'));
    expect(compared.body.layers).toMatchObject({
      shared: [{ size: 100 }],
      onlyA: [{ size: 50 }],
      onlyB: [{ size: 70 }],
    });
    for (const [query, status] of [
      ['a=1.0&b=3.0', 404],
      ['a=1.0', 400],
      ['a=1.0&b=2.0&with=Team', 400],
    ] as const) {
      expect((await api().get(path(repository, `/compare?${query}`))).status).toBe(status);
    }
  });

  it('says what takes space, and why it stays', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    expect((await api().send('post', 'gc/run')).status).toBe(202);
    while ((await api().get('storage')).body.asOf === undefined) await delay(5);
    const storage = await api().get('storage');
    expect(storage.body.totals.logicalBytes).toBeGreaterThan(300);
    const largest = await api().get('storage/largest?limit=5');
    expect(largest.body.blobs.length).toBeGreaterThan(0);
    const why = await api().get(`storage/why/${image.digest}`);
    expect(why.body.reasons).toMatchObject([{ repository, kind: 'manifests' }]);
  });
});

describeRegistry('the API of the tree of repositories', (registry) => {
  const api = () => new ApiClient(registry());

  it('lists one level of the tree of repositories, with the folders in it', async () => {
    for (const name of ['leaves/a', 'leaves/b', 'leaves/deep/c']) {
      await registry().pushImage(`tree/${name}`, '1.0');
    }
    await registry().pushImage('tree/root', '1.0');
    const level = await api().get('repositories?under=tree/');
    expect(level.body.repositories).toMatchObject([{ name: 'tree/root' }]);
    expect(level.body.folders).toMatchObject([{ name: 'tree/leaves/', repositories: 3 }]);
    const page = await api().get('repositories?under=tree/leaves/&limit=1');
    expect(page.body.folders).toMatchObject([{ name: 'tree/leaves/deep/', repositories: 1 }]);
    const next = await api().get(
      `repositories?under=tree/leaves/&limit=1&cursor=${page.body.next}`,
    );
    expect(next.body.repositories).toMatchObject([{ name: 'tree/leaves/b' }]);
    expect(next.body.folders).toBeUndefined();
    expect((await api().get('repositories?under=tree')).status).toBe(400);
  });
});
