import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { pushImage, repo, type BuiltImage } from '../../../src/storage/contract/fixtures.js';
import { KeptLog } from '../../support/kept-log.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const FILE = `
mirrors:
  - { name: docker.io, url: 'https://registry-1.docker.io', offline: true, also: [index.docker.io] }
  - { name: quay.io, url: 'https://quay.io', offline: true, allow: ['org/**'] }
local: [images.example.com]
`;

let directory: string;
let mirrors: MirrorsFile;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-mirror-names-'));
  mirrors = await MirrorsFile.write(FILE);
});
afterAll(async () => {
  await mirrors.remove();
  await rm(directory, { recursive: true });
});

describe('a registry with mirrors', () => {
  let registry: TestRegistry;
  let alpine: BuiltImage;
  let app: BuiltImage;
  beforeAll(async () => {
    registry = await TestRegistry.start({
      REGISTRY_STORAGE_PATH: join(directory, 'with'),
      ...mirrors.environment,
    });
    // Stored as a mirror stores it: without a push.
    alpine = await pushImage(registry.storage, repo('docker.io/library/alpine'), { tags: ['3'] });
    app = await registry.pushImage('team/app', '1.0');
    await registry.pushImage('library/alpine', '3');
  });
  afterAll(() => registry.stop());

  it.each([
    '/v2/docker.io/library/alpine/manifests/3',
    '/v2/docker.io/alpine/manifests/3',
    '/v2/docker%2Eio/alpine/manifests/3',
    '/v2/library/alpine/manifests/3?ns=docker.io',
    '/v2/alpine/manifests/3?ns=index.docker.io',
    '/v2/docker.io/library/alpine/manifests/3?ns=docker.io',
    '/v2/docker.io/alpine/manifests/3?ns=docker.io',
    '/docker.io/v2/library/alpine/manifests/3',
    '/docker.io/v2/alpine/manifests/3',
    '/docker.io/v2/library/alpine/manifests/3?ns=docker.io',
  ])('serves the image of the mirror at %s', async (path) => {
    const answer = await registry.http.get(path).expect(200);
    expect(answer.headers['docker-content-digest']).toBe(alpine.digest.toString());
    expect(answer.text).toBe(alpine.bytes.toString());
  });

  it('serves blobs, tags and referrers by all names, too', async () => {
    const layer = Digest.of(alpine.layers[0] ?? alpine.config);
    await registry.http.get(`/v2/alpine/blobs/${layer}?ns=docker.io`).expect(200);
    const answer = await registry.http
      .get('/v2/docker.io/alpine/tags/list?n=1&ns=localhost')
      .expect(200);
    expect(answer.body).toEqual({ name: 'docker.io/library/alpine', tags: ['3'] });
    await registry.http.get(`/docker.io/v2/alpine/referrers/${alpine.digest}`).expect(200);
  });

  it.each([
    ['docker.io', '/v2/library/alpine/manifests/3'],
    ['INDEX.docker.io', '/v2/library/alpine/manifests/3'],
    ['localhost:5000', '/v2/team/app/manifests/1.0'],
    ['images.example.com', '/v2/team/app/manifests/1.0'],
    ['docker.io', '/docker.io/v2/library/alpine/manifests/3'],
  ])('says that it used ns=%s, at %s', async (ns, path) => {
    const { headers } = await registry.http.head(path).query({ ns }).expect(200);
    expect(headers['oci-namespace']).toBe(ns);
  });

  it('says nothing of ns if the client does not send it', async () => {
    const { headers } = await registry.http.head('/v2/team/app/manifests/1.0').expect(200);
    expect(headers['oci-namespace']).toBeUndefined();
  });

  it.each([
    '/v2/team/app/manifests/1.0?ns=evil.example',
    '/v2/team%2Fapp/manifests/1.0?ns=evil.example',
    '/v2/library/alpine/manifests/3?ns=evil.example',
    '/v2/docker.io/library/alpine/manifests/3?ns=ghcr.io',
    '/v2/team/app/tags/list?ns=evil.example',
    '/docker.io/v2/library/alpine/manifests/3?ns=quay.io',
    '/v2/team/app/manifests/1.0?n%73=evil.example',
  ])('does not serve its own content for another registry: %s', async (path) => {
    const answer = await registry.http.get(path);
    expect(answer.body).toMatchObject({
      errors: [{ message: expect.stringMatching(/no such|more than/) }],
    });
    expect(answer.headers['oci-namespace']).toBeUndefined();
  });

  it('refuses two registries in one request', async () => {
    const answer = await registry.http
      .get('/v2/team/app/manifests/1.0?ns=localhost&ns=docker.io')
      .expect(400);
    expect(answer.body).toMatchObject({
      errors: [{ message: 'parameter ns is given more than once' }],
    });
  });

  it('does not have repositories that the mirrors file does not allow', async () => {
    const answer = await registry.http.get('/v2/quay.io/other/app/manifests/1').expect(404);
    expect(answer.body).toMatchObject({
      errors: [
        {
          code: 'NAME_UNKNOWN',
          detail: { advice: 'the mirror quay.io does not allow this repository' },
        },
      ],
    });
  });

  it('leaves all other names as they are', async () => {
    const { headers } = await registry.http.get('/v2/team/app/manifests/1.0').expect(200);
    expect(headers['docker-content-digest']).toBe(app.digest.toString());
    const answer = await registry.http.get('/v2/_catalog').expect(200);
    expect(answer.body).toEqual({
      repositories: ['docker.io/library/alpine', 'library/alpine', 'team/app'],
    });
  });

  const digest = `sha256:${'a'.repeat(64)}`;
  it.each([
    ['POST', '/v2/docker.io/library/x/blobs/uploads/'],
    ['POST', '/v2/docker.io/x/blobs/uploads/'],
    ['POST', '/v2/library/x/blobs/uploads/?ns=docker.io'],
    ['POST', '/docker.io/v2/library/x/blobs/uploads/'],
    ['POST', `/v2/docker.io/library/x/blobs/uploads/?mount=${digest}&from=team/app`],
    ['PATCH', '/v2/docker.io/library/x/blobs/uploads/6e5a1b0c-6e51-4bb2-9bd4-0123456789ab'],
    ['PUT', '/v2/docker.io/library/x/manifests/1'],
    ['PUT', '/api/v1/repositories/docker.io/library/alpine/tags/4'],
  ])('refuses %s %s with a sentence', async (method, path) => {
    const sent =
      method === 'POST'
        ? registry.http.post(path)
        : method === 'PUT'
          ? registry.http.put(path)
          : registry.http.patch(path);
    const { text } = await sent.expect(403);
    expect(text).toContain('docker.io is a mirror; push to another name');
  });

  it('mounts a blob of a mirror into a repository of its own', async () => {
    const layer = Digest.of(alpine.layers[0] ?? alpine.config);
    const path = `/v2/team/copy/blobs/uploads/?mount=${layer}&from=docker.io/alpine`;
    await registry.http.post(path).expect(201);
  });

  it.each([
    '/docker.io/v2/_token',
    '/docker.io/v2/_catalog',
    '/docker.io/api',
    '/docker.io/console/',
    '/docker.io/',
    '/unknown.example/v2/',
    '/docker.io/v2x/',
  ])('serves nothing else below the name of a mirror: %s', async (path) => {
    const answer = await registry.http.get(path).expect(404);
    expect(answer.body).toMatchObject({ errors: [{ message: 'no such path' }] });
  });

  it.each(['/docker.io/v2/', '/docker.io/v2'])('says at %s that it is a registry', async (path) => {
    await registry.http.get(path).expect(200);
  });

  it('continues a list of tags where the client began it', async () => {
    await pushImage(registry.storage, repo('docker.io/library/many'), { tags: ['1', '2', '3'] });
    const { headers } = await registry.http.get('/docker.io/v2/many/tags/list?n=2').expect(200);
    expect(headers['link']).toBe('</docker.io/v2/many/tags/list?n=2&last=2>; rel="next"');
    const answer = await registry.http.get('/docker.io/v2/many/tags/list?n=2&last=2').expect(200);
    expect(answer.body).toMatchObject({ tags: ['3'] });
  });

  it('uses a changed file at once, and the last good one while the file has a mistake', async () => {
    const file = await MirrorsFile.write(FILE);
    const log = KeptLog.open('text');
    const path = join(directory, 'changing');
    const settings = { REGISTRY_STORAGE_PATH: path, ...file.environment };
    const changing = await TestRegistry.start(settings, {}, log);
    const advice = async (): Promise<string> =>
      (await changing.http.get('/v2/team/app/manifests/1.0?ns=new.example')).text;

    expect(await advice()).toContain('the mirrors file must name the registry in ns');
    await file.change(FILE.replace('images.example.com', 'new.example'));
    await until(async () => (await advice()).includes('MANIFEST_UNKNOWN'));
    await file.change('mirrors: 1');
    await until(() => log.text.includes('mirrors.yaml:1:10: mirrors must be a list'));
    expect(await advice()).toContain('MANIFEST_UNKNOWN');
    await changing.stop();
    await file.remove();
  });

  it('decides again what names mean that clients have used, when the file changes', async () => {
    const file = await MirrorsFile.write(FILE);
    const settings = { REGISTRY_STORAGE_PATH: join(directory, 'asked'), ...file.environment };
    const asked = await TestRegistry.start(settings);
    await pushImage(asked.storage, repo('docker.io/library/alpine'), { tags: ['3'] });
    await pushImage(asked.storage, repo('docker.io/alpine'), { tags: ['3'] });
    const path = '/v2/docker.io/alpine/manifests/3';
    const status = async (): Promise<number> => (await asked.http.get(path)).status;
    const name = async (): Promise<unknown> =>
      ((await asked.http.get('/v2/docker.io/alpine/tags/list')).body as { name?: string }).name;

    expect([await status(), await name()]).toEqual([200, 'docker.io/library/alpine']);
    await file.change(FILE.replace('also:', 'deny: [library/*], also:'));
    await until(async () => (await status()) === 404);
    await file.change(FILE.replace('also:', 'library: false, also:'));
    await until(async () => (await status()) === 200);
    expect(await name()).toBe('docker.io/alpine');
    await asked.stop();
    await file.remove();
  });
});

describe('a registry without mirrors', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await TestRegistry.start({ REGISTRY_STORAGE_PATH: join(directory, 'without') });
    await registry.pushImage('docker.io/alpine', '3');
  });
  afterAll(() => registry.stop());

  it('ignores ns, and the names of other registries mean nothing to it', async () => {
    const path = '/v2/docker.io/alpine/manifests/3';
    const { headers } = await registry.http.get(`${path}?ns=evil.example&ns=quay.io`).expect(200);
    expect(headers['oci-namespace']).toBeUndefined();
    await registry.http.get('/docker.io/v2/alpine/manifests/3').expect(404);
  });
});
