import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { TestRegistry } from '../support/registry.js';

/** Stands for an unmounted disk: a directory without the store is at its path. */
describe('a registry whose data directory is gone', () => {
  let root: string;
  let path: string;
  let registry: TestRegistry;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-gone-'));
    path = join(root, 'data');
    registry = await TestRegistry.start({ REGISTRY_STORAGE_PATH: path });
    await registry.pushImage('team/app', '1.0');
    await registry.http.get('/health').expect(200);
    await rename(path, join(root, 'elsewhere'));
    await mkdir(path);
  });
  afterEach(async () => {
    await registry.stop();
    await rm(root, { recursive: true, force: true });
  });

  it('reports that it cannot serve, without the path', async () => {
    const response = await registry.http.get('/health').expect(503);

    expect(response.body).toMatchObject({
      status: 'error',
      error: { reads: { status: 'down', message: 'the storage cannot be read' } },
    });
    expect(response.text).not.toContain(path);
  });

  it('refuses pushes and writes nothing into the bare directory', async () => {
    const begun = await registry.http.post('/v2/team/app/blobs/uploads/').expect(503);
    const mounted = await registry.http
      .post('/v2/team/other/blobs/uploads/?digest=sha256:' + 'a'.repeat(64))
      .set('Content-Type', 'application/octet-stream')
      .send(uniqueBytes(10))
      .expect(503);

    for (const { body } of [begun, mounted]) {
      expect(body).toMatchObject({ errors: [{ code: 'UNAVAILABLE' }] });
    }
    expect(await readdir(path)).toEqual([]);
  });

  it('serves and accepts pushes again once it is back', async () => {
    await rm(path, { recursive: true });
    await rename(join(root, 'elsewhere'), path);

    await registry.http.get('/health').expect(200);
    await registry.http.get('/v2/team/app/manifests/1.0').expect(200);
    await registry.pushImage('team/app', '2.0');
  });
});
