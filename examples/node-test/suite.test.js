import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';

import { artifact, createTestRegistry, image, index, layer } from 'berth-registry/testing';

const registry = await createTestRegistry();
beforeEach(() => registry.reset());
after(() => registry.close());

test('an image has the given layers, config and platform', async () => {
  const app = image({
    layers: [
      { 'etc/motd': 'hello', 'tmp/': { mode: 0o1777 } },
      { 'bin/run': { content: '#!/bin/sh\n', mode: 0o755 }, 'bin/start': { linkTo: 'run' } },
    ],
    config: { Env: ['PORT=80'], Entrypoint: ['/bin/run'], Labels: { team: 'web' } },
    platform: { os: 'linux', architecture: 'arm64' },
    annotations: { 'org.opencontainers.image.version': '1.0' },
  });

  const { digest } = await registry.push('team/app:1.0', app);

  assert.equal(digest, app.descriptor.digest);
  const response = await fetch(`${registry.url}/v2/team/app/blobs/${app.layers[1].digest}`);
  assert.equal(Number(response.headers.get('content-length')), app.layers[1].size);
  await response.body.cancel();
});

test('an index has several images, and an artifact a subject', async () => {
  const amd64 = image();
  const arm64 = image({ platform: { os: 'linux', architecture: 'arm64' } });
  const { digest } = await registry.push('team/app:1.0', index([amd64, arm64]));

  const sbom = artifact({
    type: 'application/spdx+json',
    subject: await registry.pull('team/app:1.0'),
    files: { 'sbom.spdx.json': '{}' },
  });
  // Without a tag: clients find an artifact through the image that it refers to.
  await registry.push('team/app', sbom);

  const referrers = await fetch(`${registry.url}/v2/team/app/referrers/${digest}`);
  const { manifests } = await referrers.json();
  assert.equal(manifests[0].digest, sbom.descriptor.digest);
});

test('a test can inspect what a client pushed', async () => {
  await pushByClient(registry.url, 'team/app', '1.0', image({ layers: [{ a: '1' }] }));

  const app = await registry.pull('team/app:1.0');
  assert.equal(app.manifest.layers.length, 1);
  assert.deepEqual(app.layers[0], layer({ a: '1' }));
  assert.equal(JSON.parse(app.config.bytes).architecture, 'amd64');

  assert.equal(await registry.has('team/app:2.0'), false);
  await assert.rejects(registry.pull('team/app:2.0'), /its tags are 1\.0/);
});

test('a test can look into an image', async () => {
  await registry.push(
    'team/app:1.0',
    image({
      layers: [
        { 'etc/motd': 'hello', 'etc/secret': 'x', 'tmp/': { mode: 0o1777 } },
        { 'bin/run': { content: '#!/bin/sh\n', mode: 0o755 }, 'bin/start': { linkTo: 'run' } },
        { 'etc/.wh.secret': '' },
      ],
    }),
  );

  assert.deepEqual(await registry.files('team/app:1.0'), {
    'bin/run': '#!/bin/sh\n',
    'bin/start': { linkTo: 'run' },
    'etc/motd': 'hello',
  });
});

test('a test can look into an image of an index', async () => {
  const arm64 = image({
    layers: [{ arch: 'arm64' }],
    platform: { os: 'linux', architecture: 'arm64' },
  });
  await registry.push('team/app:1.0', index([image(), arm64]));

  const files = await registry.files('team/app:1.0', { platform: 'linux/arm64' });

  assert.deepEqual(files, { arch: 'arm64' });
});

test('a test can list and delete', async () => {
  await registry.push('team/app:1.0', image());
  await registry.push('team/app:1.1', image());
  await registry.push('other/app:1.0', image());

  assert.deepEqual(await registry.repositories(), ['other/app', 'team/app']);
  assert.deepEqual(await registry.tags('team/app'), ['1.0', '1.1']);

  await registry.delete('team/app:1.0');
  assert.deepEqual(await registry.tags('team/app'), ['1.1']);
});

test('a failed waitFor leads to the test', async () => {
  const failure = await registry
    .waitFor({ operation: 'ping' }, { timeoutMs: 10 })
    .catch((error) => error);

  assert.match(failure.stack, /suite\.test\.js/);
});

test('a test can inspect the requests of a client', async () => {
  await registry.push('team/app:1.0', image());
  const answer = fetch(`${registry.url}/v2/team/app/manifests/1.0`);

  const seen = await registry.waitFor({ operation: 'manifest.get', repository: 'team/app' });
  assert.equal(seen.status, 200);
  assert.equal(seen.bytesSent, Number((await answer).headers.get('content-length')));

  const pulls = registry.requests.filter(({ operation }) => operation === 'manifest.get');
  assert.equal(pulls.length, 1);
});

/** Stands in for the code under test. */
async function pushByClient(url, repository, tag, { config, layers, bytes }) {
  for (const blob of [config, ...layers]) {
    const upload = `${url}/v2/${repository}/blobs/uploads/?digest=${blob.digest}`;
    await fetch(upload, { method: 'POST', body: blob.bytes });
  }
  await fetch(`${url}/v2/${repository}/manifests/${tag}`, { method: 'PUT', body: bytes });
}
