import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';

import { blob, createTestRegistry, image } from 'berth-registry/testing';

import { openMapStorage } from './map-storage.ts';

const registry = await createTestRegistry({ storage: () => openMapStorage() });
beforeEach(() => registry.reset());
after(() => registry.close());

test('a registry stores images in the map storage', async () => {
  await registry.push('team/app:1.0', image());

  const response = await fetch(`${registry.url}/v2/team/app/manifests/1.0`);
  assert.equal(await response.text(), image().bytes.toString());
  assert.deepEqual(await registry.pull('team/app:1.0'), image());
});

test('a client gets the error of the map storage', async () => {
  const { digest } = blob('expected');

  const upload = `${registry.url}/v2/team/app/blobs/uploads/?digest=${digest}`;
  const response = await fetch(upload, { method: 'POST', body: 'other bytes' });

  assert.equal(response.status, 400);
  const { errors } = (await response.json()) as { errors: { code: string }[] };
  assert.equal(errors[0]?.code, 'DIGEST_INVALID');
});
