import { describe, expect, it } from '@jest/globals';

import { BLOB_DIGEST, IMAGE, MANIFEST_TYPE, useOddRegistries } from './odd-registry.js';

const { clientOf, clientOfServer, serveBy } = useOddRegistries();

describe('the tags of another registry', () => {
  it('are read with the tokens of Quay', async () => {
    const { client } = await clientOfServer(({ url = '' }) => {
      const { searchParams } = new URL(url, 'http://any');
      return searchParams.get('next_page') === 'abc'
        ? [200, {}, JSON.stringify({ tags: ['b'] })]
        : [
            200,
            { link: '</v2/app/tags/list?n=1000&next_page=abc>; rel="next"' },
            JSON.stringify({ tags: ['a'] }),
          ];
    });

    const first = await client.tags('app');
    expect(first).toEqual({ tags: ['a'], next: '?n=1000&next_page=abc' });
    expect(await client.tags('app', first?.next)).toEqual({ tags: ['b'] });
  });

  it('are empty if the registry sends null', async () => {
    const { client } = await clientOfServer(() => [200, {}, '{"name":"app","tags":null}']);

    expect(await client.tags('app')).toEqual({ tags: [] });
  });

  it.each(['no JSON', '[]', '{"tags":[1]}'])('are refused if it sends %s', async (body) => {
    const { client } = await clientOfServer(() => [200, {}, body]);

    await expect(client.tags('app')).rejects.toThrow(
      'it sent something that is not a list of tags',
    );
  });
});

describe('the referrers of another registry', () => {
  const subject = IMAGE.digest;
  const entry = { mediaType: MANIFEST_TYPE, digest: `${BLOB_DIGEST}`, size: 7 };
  const listed = { mediaType: MANIFEST_TYPE, digest: BLOB_DIGEST, size: 7 };
  const index = (...manifests: unknown[]): string =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
    });
  const indexType = { 'content-type': 'application/vnd.oci.image.index.v1+json' };

  it.each([400, 404, 405, 406])(
    'are read from the tag of the subject if the API responds with %i',
    async (status) => {
      const { server, client } = await clientOfServer(({ url = '' }) =>
        url.includes('/referrers/') ? [status] : [200, indexType, index(entry)],
      );

      expect(await client.referrers('app', subject)).toEqual([listed]);
      expect(server.requests.at(-1)?.path).toBe(
        `/v2/app/manifests/${subject.algorithm}-${subject.hex}`,
      );
    },
  );

  it('are an empty list if neither the API nor the tag exists', async () => {
    const { client } = await clientOfServer(() => [404]);

    expect(await client.referrers('app', subject)).toEqual([]);
  });

  it('are read page by page, without entries that are invalid', async () => {
    const path = `/v2/app/referrers/${subject}`;
    const { client } = await clientOfServer(({ url = '' }) =>
      url.endsWith('?page=2')
        ? [200, indexType, index({ ...entry, artifactType: 'application/x' }, 'invalid')]
        : [200, { ...indexType, link: `<${path}?page=2>; rel="next"` }, index(entry)],
    );

    expect(await client.referrers('app', subject)).toEqual([
      listed,
      { ...listed, artifactType: 'application/x' },
    ]);
  });

  it('are refused if they are too many', async () => {
    const padding = { ...entry, annotations: { padding: 'x'.repeat(1024 ** 2) } };
    const body = index(...Array.from({ length: 12 }, () => padding));
    let page = 0;
    const { client } = await clientOfServer(() => [
      200,
      { ...indexType, link: `</v2/app/referrers/${subject}?page=${++page}>; rel="next"` },
      body,
    ]);

    await expect(client.referrers('app', subject)).rejects.toMatchObject({ kind: 'wrong' });
    expect(page).toBeLessThan(5);
  });

  it('are refused if a page leads to itself', async () => {
    const link = `</v2/app/referrers/${subject}>; rel="next"`;
    const { server, client } = await clientOfServer(() => [200, { ...indexType, link }, index()]);

    await expect(client.referrers('app', subject)).rejects.toMatchObject({ kind: 'wrong' });
    expect(server.requests).toHaveLength(1);
  });

  it('have the time of one list for all pages', async () => {
    let page = 0;
    const { url } = await serveBy((_, response) => {
      const link = `</v2/app/referrers/${subject}?page=${++page}>; rel="next"`;
      setTimeout(() => response.writeHead(200, { ...indexType, link }).end(index(entry)), 60);
    });
    const client = clientOf(url, {}, { patience: { listMs: 200 } });

    await expect(client.referrers('app', subject)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('it did not send all within 0.2 s'),
    });
    expect(page).toBeLessThan(8);
  });

  it('are refused if they are no index', async () => {
    const { client } = await clientOfServer(() => [200, indexType, '{}']);

    await expect(client.referrers('app', subject)).rejects.toMatchObject({ kind: 'wrong' });
  });
});
