import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { uniqueBytes } from '../../src/storage/contract/fixtures.js';
import { TestRegistry } from '../support/registry.js';
import { berth } from '../unit/cli/captured.js';

const REFUSED = {
  errors: [
    {
      code: 'DENIED',
      message: 'the registry is read-only: it accepts no pushes and deletes',
      detail: { advice: 'try again when its operator has switched this off' },
    },
  ],
};

/** Sends one request of each kind that changes something, and one that reads an upload. */
async function refusals(registry: TestRegistry, upload: string): Promise<unknown[]> {
  const { http } = registry;
  const requests = [
    http.post('/v2/team/app/blobs/uploads/'),
    http.post('/v2/team/app/blobs/uploads/?mount=sha256:' + 'a'.repeat(64)),
    http.patch(upload).set('Content-Type', 'application/octet-stream').send(uniqueBytes(5)),
    http.put(`${upload}?digest=sha256:${'a'.repeat(64)}`),
    http.delete(upload),
    http.put('/v2/team/app/manifests/2.0').send('{}'),
    http.delete('/v2/team/app/manifests/1.0'),
    http.delete(`/v2/team/app/blobs/sha256:${'a'.repeat(64)}`),
  ];
  return Promise.all(requests.map(async (request) => (await request.expect(403)).body as unknown));
}

describe('a read-only registry', () => {
  let path: string;
  let registry: TestRegistry;
  let upload: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-read-only-'));
    registry = await TestRegistry.start({ REGISTRY_STORAGE_PATH: path });
    await registry.pushImage('team/app', '1.0');
    const begun = await registry.http.post('/v2/team/app/blobs/uploads/').expect(202);
    upload = begun.headers['location'] as string;
  });
  afterEach(async () => {
    await registry.stop();
    await rm(path, { recursive: true, force: true });
  });
  const command = (line: string) =>
    berth(line.split(' '), { environment: { REGISTRY_STORAGE_PATH: path } });

  it('refuses pushes and deletes while it runs, and goes on to serve pulls', async () => {
    const { output } = await command('read-only on');

    expect(output).toBe('read-only: pushes and deletes are refused\n');
    for (const body of await refusals(registry, upload)) expect(body).toEqual(REFUSED);
    await registry.http.get('/v2/team/app/manifests/1.0').expect(200);
    await registry.http.get(upload).expect(204);
  });

  it('accepts pushes again once it is switched back', async () => {
    await command('read-only on');
    const { output } = await command('read-only off');

    expect(output).toBe('not read-only\n');
    await registry.pushImage('team/app', '2.0');
  });

  it('is read-only after a restart, too', async () => {
    await command('read-only on');
    await registry.stop();
    registry = await TestRegistry.start({ REGISTRY_STORAGE_PATH: path });

    await registry.http.post('/v2/team/app/blobs/uploads/').expect(403, REFUSED);
    expect((await command('read-only')).output).toMatch(/^read-only: /);
  });

  it('can be set for one process by REGISTRY_READ_ONLY', async () => {
    await registry.stop();
    registry = await TestRegistry.start({
      REGISTRY_STORAGE_PATH: path,
      REGISTRY_READ_ONLY: 'true',
    });

    for (const body of await refusals(registry, upload)) expect(body).toEqual(REFUSED);
    await registry.http.get('/v2/team/app/manifests/1.0').expect(200);
  });

  it('is not switched by a word that is neither on nor off', async () => {
    await expect(command('read-only maybe')).rejects.toThrow(
      /^maybe is not a state; allowed: on, off$/,
    );
  });
});
