import { expect, it } from '@jest/globals';

import {
  buildIndex,
  describeBytes,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { ApiClient } from '../../support/api.js';
import { describeRegistry } from '../../support/registry.js';

const imageEntry = ({ bytes }: BuiltImage) =>
  describeBytes(bytes, 'application/vnd.oci.image.manifest.v1+json');

describeRegistry('the API of tags', (registry) => {
  const api = () => new ApiClient(registry());
  const path = (repository: string, rest: string) =>
    `repositories/${encodeURIComponent(repository)}/${rest}`;
  const pageAt = async (url: string): Promise<{ names: string[]; next: string | undefined }> => {
    const { tags, next } = (await api().get(url)).body as {
      tags: { name: string }[];
      next?: string;
    };
    return { names: tags.map(({ name }) => name), next };
  };

  it('lists tags with their images, by pages', async () => {
    const repository = registry().newRepository();
    for (const tag of ['a', 'b', 'c']) await registry().pushImage(repository, tag);
    const first = await api().get(path(repository, 'tags?limit=2'));
    expect(first.body.tags).toMatchObject([
      { name: 'a', purpose: 'image', pulls: 0 },
      { name: 'b' },
    ]);
    const second = await api().get(path(repository, `tags?limit=2&cursor=${first.body.next}`));
    expect(second.body).toMatchObject({ tags: [{ name: 'c' }] });
    expect(second.body.next).toBeUndefined();
  });

  it.each([
    ['name', ['a', 'b', 'c']],
    ['-name', ['c', 'b', 'a']],
    ['pushedAt', ['c', 'a', 'b']],
    ['-pushedAt', ['b', 'a', 'c']],
    ['version', ['1.9', '1.10-rc.1', '1.10'], ['1.10', '1.9', '1.10-rc.1']],
    ['-version', ['1.10', '1.10-rc.1', '1.9'], ['1.10', '1.9', '1.10-rc.1']],
  ])('pages through tags in the order %s', async (sort, expected, pushed = ['c', 'a', 'b']) => {
    const repository = registry().newRepository();
    for (const tag of pushed) {
      await registry().pushImage(repository, tag);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const names: string[] = [];
    for (let next: string | undefined = ''; next !== undefined;) {
      const cursor = next === '' ? '' : `&cursor=${next}`;
      const page = await pageAt(path(repository, `tags?limit=1&sort=${sort}${cursor}`));
      names.push(...page.names);
      next = page.next;
    }
    expect(names).toEqual(expected);
  });

  it('pages through tags by size, and agrees with the sizes that it shows', async () => {
    const repository = registry().newRepository();
    const push = (tag: string, bytes: number) =>
      registry().pushImage(repository, tag, [uniqueBytes(bytes)]);
    const large = await push('large', 9_000);
    await push('small', 100);
    const medium = await push('medium', 5_000);
    const multi = buildIndex([large, medium].map(imageEntry));
    await registry().putManifest(repository, 'multi', multi.bytes).expect(201);
    const first = await pageAt(path(repository, 'tags?limit=2&sort=-size'));
    // Neither a larger nor a smaller image moves the place where the next page begins.
    await push('larger', 20_000);
    await push('smaller', 10);
    const second = await pageAt(path(repository, `tags?limit=9&sort=-size&cursor=${first.next}`));
    const { tags } = (await api().get(path(repository, 'tags?sort=size'))).body as {
      tags: { name: string; totalBytes: number }[];
    };

    expect(first.names).toEqual(['multi', 'large']);
    expect(second.names).toEqual(['medium', 'small', 'smaller']);
    expect(tags.map(({ name }) => name)).toEqual([
      'smaller',
      'small',
      'medium',
      'large',
      'multi',
      'larger',
    ]);
    const sizes = tags.map(({ totalBytes }) => totalBytes);
    expect(sizes).toEqual(sizes.toSorted((one, other) => one - other));
  });

  it('finds a repository with slashes also where a proxy has decoded them', async () => {
    const repository = registry().newRepository();
    await registry().pushImage(repository, '1.0');
    expect((await api().get(`repositories/${repository}/tags/1.0`)).status).toBe(200);
  });

  it('names the platforms of an index, and its pulls by their manifests', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository);
    const index = buildIndex([imageEntry(image)]);
    await registry().putManifest(repository, 'multi', index.bytes).expect(201);
    const tag = await api().get(path(repository, 'tags/multi'));
    expect(tag.body).toMatchObject({ name: 'multi', purpose: 'index', digest: `${index.digest}` });
  });

  it('sets a tag to a manifest that the repository has, and back', async () => {
    const repository = registry().newRepository();
    const one = await registry().pushImage(repository, '1.0');
    const two = await registry().pushImage(repository, '2.0');
    const moved = await api().send('put', path(repository, 'tags/1.0'), {
      digest: `${two.digest}`,
    });
    expect(moved.body).toEqual({
      tag: '1.0',
      digest: `${two.digest}`,
      previous: `${one.digest}`,
    });
    const { changes } = (await api().get(path(repository, 'tags/1.0/history'))).body as {
      changes: { digest: string; restorable: boolean }[];
    };
    expect(changes).toMatchObject([
      { digest: `${two.digest}`, previous: `${one.digest}`, restorable: true },
      { digest: `${one.digest}`, restorable: true },
    ]);
    const back = await api().send('put', path(repository, 'tags/1.0'), {
      digest: changes[1]?.digest ?? '',
    });
    expect(back.body).toMatchObject({ digest: `${one.digest}` });
    await registry()
      .http.get(`/v2/${repository}/manifests/1.0`)
      .expect('Docker-Content-Digest', `${one.digest}`);
  });

  it('changes nothing if the tag is not as the client has seen it', async () => {
    const repository = registry().newRepository();
    const one = await registry().pushImage(repository, '1.0');
    const two = await registry().pushImage(repository, '2.0');
    const etag = String((await api().get(path(repository, 'tags/1.0'))).headers['etag']);
    expect(etag).toBe(`"${one.digest}"`);
    const body = { digest: `${two.digest}` };
    const stale = { 'If-Match': `"${two.digest}"` };
    const url = path(repository, 'tags/1.0');
    for (const failed of [
      await api().send('put', url, body, stale),
      await api().send('delete', url, undefined, stale),
      await api().send('put', url, body, { 'If-None-Match': '*' }),
    ]) {
      expect(failed).toMatchObject({ status: 412, body: { code: 'tag-changed' } });
    }
    expect((await api().get(url)).body).toMatchObject({ digest: `${one.digest}` });
    expect((await api().send('put', url, body, { 'If-Match': etag })).status).toBe(200);
    const missing = path(repository, 'tags/missing');
    expect((await api().send('put', missing, body, { 'If-Match': '*' })).status).toBe(412);
    expect((await api().send('put', missing, body, { 'If-None-Match': '*' })).status).toBe(200);
    expect((await api().send('put', url, body, { 'If-Match': '"x"' })).status).toBe(400);
  });

  it('lets one of two changes at a time win', async () => {
    const repository = registry().newRepository();
    const one = await registry().pushImage(repository, '1.0');
    const others = [await registry().pushImage(repository), await registry().pushImage(repository)];
    const results = await Promise.all(
      others.map(({ digest }) =>
        api().send(
          'put',
          path(repository, 'tags/1.0'),
          { digest: `${digest}` },
          { 'If-Match': `"${one.digest}"` },
        ),
      ),
    );
    expect(results.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('refuses a manifest that the repository does not have', async () => {
    const repository = registry().newRepository();
    await registry().pushImage(repository, '1.0');
    const elsewhere = await registry().pushImage(registry().newRepository(), '1.0');
    const url = path(repository, 'tags/2.0');
    const body = { digest: `${elsewhere.digest}` };
    expect((await api().send('put', url, body)).status).toBe(404);
    expect((await api().send('put', url, { digest: 'sha256:1' })).status).toBe(400);
    expect((await api().send('put', url, {})).status).toBe(400);
  });

  it('removes a tag alone, and says what stays', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    await registry().putManifest(repository, 'latest', image.bytes).expect(201);
    const removed = await api().send('delete', path(repository, 'tags/1.0'));
    expect(removed).toMatchObject({
      status: 200,
      body: {
        tag: '1.0',
        digest: `${image.digest}`,
        otherTags: ['latest'],
        manifest: 'stays, because other tags point to it',
      },
    });
    await registry().http.get(`/v2/${repository}/manifests/latest`).expect(200);
    expect((await api().send('delete', path(repository, 'tags/1.0'))).status).toBe(404);
    const history = await api().get(path(repository, 'tags/1.0/history'));
    expect(history.body.changes[0].digest).toBeUndefined();
    expect((await api().get(path(repository, 'tags/never/history'))).status).toBe(404);
  });

  it('removes a manifest with its tags', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, '1.0');
    const url = path(repository, `manifests/${image.digest}`);
    expect((await api().send('delete', url)).body).toEqual({
      digest: `${image.digest}`,
      tags: ['1.0'],
    });
    expect((await api().send('delete', url)).status).toBe(404);
  });

  it('refuses a cursor of another order', async () => {
    const repository = registry().newRepository();
    for (const tag of ['a', 'b']) await registry().pushImage(repository, tag);
    const { next } = await pageAt(path(repository, 'tags?limit=1'));
    for (const query of [`cursor=${next}&sort=pushedAt`, 'cursor=x', 'sort=colour']) {
      expect((await api().get(path(repository, `tags?${query}`))).status).toBe(400);
    }
  });

  it('shows every tag once that existed while a client pages and others come and go', async () => {
    const repository = registry().newRepository();
    const image = await registry().pushImage(repository, 'stays-00');
    const put = (tag: string) => registry().putManifest(repository, tag, image.bytes).expect(201);
    const staying = Array.from({ length: 40 }, (_, at) => `stays-${String(at).padStart(2, '0')}`);
    for (const tag of staying) await put(tag);
    const seen: string[] = [];
    let next: string | undefined;
    for (let round = 0; ; round++) {
      const cursor = next === undefined ? '' : `&cursor=${next}`;
      const page = await pageAt(path(repository, `tags?limit=7${cursor}`));
      seen.push(...page.names);
      next = page.next;
      if (next === undefined) break;
      await put(`goes-${round}`);
      await put(`stays-${String(round).padStart(2, '0')}-more`);
      if (round > 0) await api().send('delete', path(repository, `tags/goes-${round - 1}`));
    }
    expect(seen.filter((tag) => staying.includes(tag))).toEqual(staying);
  });
});
