import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';

import { storageContract } from 'berth-registry/storage-contract';
import { createTestRegistry, image } from 'berth-registry/testing';

import { openMapStorage, type MapStorageOptions } from './map-storage.ts';
import { MeteredBlobStore } from './metered-blobs.ts';

/** A storage whose blobs are metered. */
function openMeteredStorage(options: MapStorageOptions = {}) {
  const inner = openMapStorage(options);
  return Object.assign(inner, { blobs: new MeteredBlobStore(inner.blobs) });
}

storageContract(
  { describe, it, beforeEach, afterEach },
  'metered map',
  async (options) => {
    const storage = openMeteredStorage(options);
    return { storage, dispose: () => storage.close() };
  },
  { garbage: false },
);

it('counts the bytes that clients read', async (t) => {
  const storage = openMeteredStorage();
  const registry = await createTestRegistry({ storage: () => storage });
  t.after(() => registry.close());
  const { layers } = image();
  await registry.push('team/app:1.0', image());

  const answer = await fetch(`${registry.url}/v2/team/app/blobs/${layers[0]?.digest}`);

  assert.equal(storage.blobs.bytesRead, (await answer.bytes()).byteLength);
});
