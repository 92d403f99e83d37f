const assert = require('node:assert/strict');
const { test } = require('node:test');
const zlib = require('node:zlib');

const { blob, createTestRegistry, image, layer } = require('berth-registry/testing');

test('a CommonJS module can require the package', async () => {
  const registry = await createTestRegistry();
  await registry.push('team/app:1.0', image());
  assert.equal(await registry.has('team/app:1.0'), true);
  await registry.close();
});

test('a CommonJS module can use all of the package', async () => {
  const registry = await createTestRegistry({ tls: true, users: { alice: 'secret' } });
  const more = zstdLayer({ a: '1' });
  await registry.push('team/app:1.0', image({ layers: [{ b: '2' }, ...more] }));

  const files = await registry.files('team/app:1.0');

  assert.deepEqual(files, more.length === 0 ? { b: '2' } : { a: '1', b: '2' });
  assert.match(registry.ca, /BEGIN CERTIFICATE/);
  await registry.close();
  await assert.rejects(registry.has('team/app:1.0'), /the registry is closed/);
});

/** Returns a layer that is compressed by zstd, or none before Node 22.15. */
function zstdLayer(files) {
  if (zlib.zstdCompressSync === undefined) return [];
  const bytes = zlib.zstdCompressSync(zlib.gunzipSync(layer(files).bytes));
  return [blob(bytes, 'application/vnd.oci.image.layer.v1.tar+zstd')];
}
