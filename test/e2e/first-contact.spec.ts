import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { counterpartOf } from '../../src/config/settings-of-others.js';
import { Digest } from '../../src/domain/digest.js';
import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { TestRegistry } from '../support/registry.js';

const BYTES = { 'Content-Type': 'application/octet-stream' };

describe('the root', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
  });
  afterAll(() => registry.stop());

  it('answers a load balancer, for GET and HEAD', async () => {
    const response = await registry.http.get('/').expect(200);

    expect(response.text).toMatch(/^Berth, [^\n]+\n$/);
    await registry.http.head('/').expect(200);
    await registry.http.post('/').expect(405).expect('Allow', 'GET, HEAD');
  });
});

describe('the last PUT of an upload, sent again', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
  });
  afterAll(() => registry.stop());

  it('succeeds if the repository has the blob, and only then', async () => {
    const bytes = uniqueBytes(100);
    const digest = Digest.of(bytes);
    const begun = await registry.http.post('/v2/team/app/blobs/uploads/').expect(202);
    const upload = begun.headers['location'] as string;
    const put = (of: Digest) => registry.http.put(`${upload}?digest=${of}`).set(BYTES).send(bytes);

    await put(digest).expect(201);

    await put(digest).expect(201).expect('Docker-Content-Digest', `${digest}`);
    await put(Digest.of(uniqueBytes(5))).expect(404);
    await registry.http.patch(upload).set(BYTES).send(bytes).expect(404);
  });
});

describe('a registry with a public URL', () => {
  const PUBLIC = 'https://registry.example.com';
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await TestRegistry.start({
      REGISTRY_STORAGE_DRIVER: 'memory',
      REGISTRY_PUBLIC_URL: PUBLIC,
    });
  });
  afterAll(() => registry.stop());

  it('names it in every Location and Link', async () => {
    const begun = await registry.http.post('/v2/team/app/blobs/uploads/').expect(202);
    for (const tag of ['1.0', '2.0']) await registry.pushImage('team/app', tag);
    const tags = await registry.http.get('/v2/team/app/tags/list?n=1').expect(200);

    expect(begun.headers['location']).toMatch(/^https:\/\/registry\.example\.com\/v2\/team\/app\//);
    expect(tags.headers['link']).toBe(`<${PUBLIC}/v2/team/app/tags/list?n=1&last=1.0>; rel="next"`);
  });
});

describe('what belongs to the registry of Docker', () => {
  it.each([
    ['REGISTRY_HTTP_ADDR', 'use REGISTRY_HOST and REGISTRY_PORT'],
    ['REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY', 'use REGISTRY_STORAGE_PATH'],
    ['REGISTRY_AUTH_HTPASSWD_PATH', 'use REGISTRY_USERS_FILE'],
    ['REGISTRY_PROT', 'berth help settings lists them'],
  ])('names the counterpart of %s', (name, expected) => {
    expect(counterpartOf(name)).toBe(expected);
  });

  it('recognizes its data directory', async () => {
    const path = await mkdtemp(join(tmpdir(), 'berth-docker-'));
    try {
      await mkdir(join(path, 'docker/registry/v2'), { recursive: true });

      expect(() => openFilesystemStorage({ path })).toThrow(/is the data of Docker's registry/);
    } finally {
      await rm(path, { recursive: true, force: true });
    }
  });
});
