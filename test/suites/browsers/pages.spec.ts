import { beforeAll, describe, expect, it } from '@jest/globals';

import { useBench } from './bench.js';
import { pushImage } from './push-image.js';
import { type RegistryPage } from './registry-page.js';

describe('a page of a listed origin', () => {
  const bench = useBench();
  let page: RegistryPage;
  let image: { readonly digest: string; readonly layer: string };
  beforeAll(async () => {
    for (const name of ['a', 'b', 'c']) await pushImage(bench().registry, `team/${name}`, '1.0');
    image = await pushImage(bench().registry, 'team/app', '1.0');
    page = await bench().listed();
  });

  it('finds out that this is a registry', async () => {
    const { status, headers } = await page.ask('/v2/');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'docker-distribution-api-version': 'registry/2.0' });
    for (const path of ['/', '/health']) expect((await page.ask(path)).status).toBe(200);
  });

  it('lists repositories and tags page by page', async () => {
    await pushImage(bench().registry, 'team/app', '2.0');
    expect(await page.list('/v2/_catalog?n=3')).toEqual([
      { repositories: ['team/a', 'team/app', 'team/b'] },
      { repositories: ['team/c'] },
    ]);
    expect(await page.list('/v2/team/app/tags/list?n=1')).toEqual([
      { name: 'team/app', tags: ['1.0'] },
      { name: 'team/app', tags: ['2.0'] },
    ]);
  });

  it('reads a manifest with its digest, and asks whether it has changed', async () => {
    const path = '/v2/team/app/manifests/1.0';
    const headers = { Accept: 'application/vnd.oci.image.manifest.v1+json' };
    const manifest = await page.ask(path, { headers });
    expect(manifest.headers).toMatchObject({
      'docker-content-digest': image.digest,
      etag: `"${image.digest}"`,
      'content-length': String(manifest.text.length),
    });
    const again = await page.ask(path, { headers: { 'If-None-Match': `"${image.digest}"` } });
    expect(again.status).toBe(304);
  });

  it('reads a part of a layer', async () => {
    const headers = { Range: 'bytes=100-' };
    const part = await page.ask(`/v2/team/app/blobs/${image.layer}`, { headers });
    expect(part.status).toBe(206);
    expect(part.headers['content-range']).toBe('bytes 100-299/300');
  });

  it('pushes a blob, tags a manifest and deletes the tag', async () => {
    const begun = await page.ask('/v2/team/new/blobs/uploads/', { method: 'POST' });
    expect(begun.status).toBe(202);
    const upload = String(begun.headers['location']);
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Range': '0-4' };
    const sent = await page.ask(upload, { method: 'PATCH', headers, body: 'hello' });
    expect(sent.headers['range']).toBe('0-4');
    const { text, headers: read } = await page.ask('/v2/team/app/manifests/1.0');
    const tagging = { 'Content-Type': String(read['content-type']) };
    const path = '/v2/team/app/manifests/3.0';
    const tagged = await page.ask(path, { method: 'PUT', headers: tagging, body: text });
    expect(tagged.headers).toMatchObject({ 'docker-content-digest': image.digest });
    expect((await page.ask(path, { method: 'DELETE' })).status).toBe(202);
  });

  it.each([
    ['/v2/team/none/tags/list', 'GET', 404, 'NAME_UNKNOWN'],
    ['/v2/Team/tags/list', 'GET', 400, 'NAME_INVALID'],
    ['/v2/_catalog', 'DELETE', 405, 'UNSUPPORTED'],
  ])('reads errors: %s %s gets %i', async (path, method, status, code) => {
    const response = await page.ask(path, { method });
    expect(response.status).toBe(status);
    expect(JSON.parse(response.text)).toMatchObject({ errors: [{ code }] });
  });
});

describe('a page of another site', () => {
  const bench = useBench();
  const path = '/v2/team/app/manifests/1.0';
  const UPLOAD = '/v2/stranger/app/blobs/uploads/';
  let page: RegistryPage;
  beforeAll(async () => {
    await pushImage(bench().registry, 'team/app', '1.0');
    page = await bench().stranger();
  });

  it('reads nothing', async () => {
    for (const target of ['/', '/health', '/v2/', '/v2/_catalog', path]) {
      await expect(page.ask(target)).rejects.toThrow('Failed to fetch');
    }
    expect(await bench().logged(`GET ${path} 403`)).toBe(1);
  });

  it('cannot push by a request that needs no preflight', async () => {
    const request = { method: 'POST', mode: 'no-cors', body: 'text' } as const;
    expect((await page.ask(UPLOAD, request)).type).toBe('opaque');
    expect(await bench().logged(`POST ${UPLOAD} 403`)).toBe(1);
  });

  it('cannot push by a form', async () => {
    const form = await bench().stranger();
    const loaded = form.page.loaded();
    await form.page.run(`{
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: '${bench().registry}${UPLOAD}?form' });
      document.body.append(form);
      form.submit();
    }`);
    await loaded;
    expect(await bench().logged(`POST ${UPLOAD}?form 403`)).toBe(1);
  });

  it('cannot load content as an image, and can link to the registry', async () => {
    const load = (target: string): string => `new Promise((resolve) => {
      const image = new Image();
      image.onerror = () => resolve();
      image.src = '${bench().registry}${target}';
    })`;
    await page.page.run(load('/v2/_catalog?image'));
    expect(await bench().logged('GET /v2/_catalog?image 403')).toBe(1);
    const link = await bench().stranger();
    const loaded = link.page.loaded();
    await link.page.run(`location.href = '${bench().registry}/v2/_catalog?link'`);
    await loaded;
    expect(await bench().logged('GET /v2/_catalog?link 200')).toBe(1);
  });

  it('cannot delete: the browser asks first', async () => {
    await expect(page.ask(path, { method: 'DELETE' })).rejects.toThrow('Failed to fetch');
    expect(await bench().logged(`OPTIONS ${path} 403`)).toBe(1);
    expect(await bench().logged(`DELETE ${path}`, 0)).toBe(0);
  });
});

describe.each([
  ['every page may read', '*', 200],
  ['no page may read', '', 403],
])('a registry that %s', (_, cors, status) => {
  const bench = useBench({ cors });

  it('serves every origin alike', async () => {
    for (const page of [await bench().listed(), await bench().stranger()]) {
      const reading = page.ask('/v2/_catalog');
      if (status === 200) expect((await reading).status).toBe(200);
      else await expect(reading).rejects.toThrow('Failed to fetch');
    }
    expect(await bench().logged(`GET /v2/_catalog ${status}`, 2)).toBe(2);
  });

  it('gets no credentials that the browser keeps', async () => {
    const page = await bench().stranger();
    const request = { credentials: 'include' } as const;
    await expect(page.ask('/v2/', request)).rejects.toThrow('Failed to fetch');
  });
});
