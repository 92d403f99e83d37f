import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { createTestRegistry, image } from 'berth-registry/testing';

let directory;
let upstream;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-test-'));
  // In place of Docker Hub, so that this example needs no network.
  upstream = await createTestRegistry();
  await upstream.push('library/alpine:3', image({ layers: [{ 'etc/motd': 'hello' }] }));
});
after(() => rm(directory, { recursive: true }));

test('a registry serves images of another registry from a directory', async () => {
  const hub = { name: 'docker.io', library: true, url: upstream.url, addresses: 'private' };
  await fill([hub]);
  await upstream.close();

  const mirrors = [{ name: 'docker.io', url: 'https://registry-1.docker.io' }];
  const registry = await createTestRegistry({ mirrors, storage: directory, offline: true });
  const alpine = `${registry.url}/v2/docker.io/library/alpine`;
  assert.equal((await fetch(`${alpine}/manifests/3`)).status, 200);
  assert.equal((await fetch(`${alpine}/manifests/4`)).status, 404);

  assert.deepEqual(await registry.files('docker.io/library/alpine:3'), { 'etc/motd': 'hello' });
  await registry.close();
});

/** Fetches the images of the tests into the directory. */
async function fill(mirrors) {
  const online = await createTestRegistry({ mirrors, storage: directory });
  await online.pull('docker.io/library/alpine:3');
  await online.close();
}
