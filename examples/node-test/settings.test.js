import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { createTestRegistry, image } from 'berth-registry/testing';

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-test-'));
});
after(() => rm(folder, { recursive: true }));

test('a registry can have a small storage', async () => {
  const registry = await createTestRegistry({ maxBytes: 1000 });

  await assert.rejects(registry.push('team/app:1.0', image()), { kind: 'storage-full' });

  await registry.close();
});

test('a registry can serve an engine in a virtual machine', async () => {
  const registry = await createTestRegistry({ host: '0.0.0.0' });
  const name = `host.docker.internal:${registry.port}/team/app:1.0`;

  await registry.push('team/app:1.0', image());

  assert.match(name, /^host\.docker\.internal:\d+\/team\/app:1\.0$/);
  await registry.close();
});

test('a registry can require logins', async () => {
  const registry = await createTestRegistry({ users: { alice: 'secret' } });
  const authorization = `Basic ${Buffer.from('alice:secret').toString('base64')}`;
  const tags = `${registry.url}/v2/team/app/tags/list`;

  await registry.push('team/app:1.0', image());
  assert.equal((await fetch(tags)).status, 401);
  assert.equal((await fetch(tags, { headers: { authorization } })).status, 200);

  await registry.close();
});

test('a registry can serve HTTPS', async () => {
  const registry = await createTestRegistry({ tls: true });

  const request = get(`${registry.url}/v2/`, { ca: registry.ca });
  const [response] = await once(request, 'response');
  assert.equal(response.statusCode, 200);

  response.resume();
  assert.match(await readFile(registry.caFile, 'utf8'), /BEGIN CERTIFICATE/);
  await registry.close();
});

test('a registry can have a users file', async () => {
  const users = join(folder, 'users.htpasswd');
  // The user ci with the password "secret". `htpasswd -nbB ci secret` prints such a line.
  await writeFile(users, 'ci:$2b$10$5NxZ3xswfGo05ec79qLYhOIo5Kh5DJTSYJxJypYFwxw4ilqVUCHz6');

  const registry = await createTestRegistry({
    settings: { REGISTRY_USERS_FILE: users, REGISTRY_AUTH: 'basic' },
  });
  const authorization = `Basic ${Buffer.from('ci:secret').toString('base64')}`;

  assert.equal((await fetch(`${registry.url}/v2/`)).status, 401);
  const response = await fetch(`${registry.url}/v2/`, { headers: { authorization } });
  assert.equal(response.status, 200);

  await registry.close();
});

test('a registry can load the images of a layout', async () => {
  const layout = join(folder, 'layout');
  await writeLayout(layout, 'team/app:1.0', image());
  const registry = await createTestRegistry();

  assert.deepEqual(await registry.loadLayout(layout), ['team/app:1.0']);

  assert.deepEqual(await registry.pull('team/app:1.0'), image());
  await registry.close();
});

/** Writes an OCI image layout, as `oras copy --to-oci-layout`, `skopeo copy` and `docker save` do. */
async function writeLayout(directory, name, { descriptor, bytes, config, layers }) {
  const blobs = join(directory, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  for (const blob of [config, ...layers, { ...descriptor, bytes }]) {
    await writeFile(join(blobs, blob.digest.slice('sha256:'.length)), blob.bytes);
  }
  const annotations = { 'org.opencontainers.image.ref.name': name };
  const manifests = [{ ...descriptor, annotations }];
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}
