const assert = require('node:assert/strict');
const { test } = require('node:test');

const { createTestRegistry, image } = require('berth-registry/testing');

test('a CommonJS module can require the package', async () => {
  const registry = await createTestRegistry();
  await registry.push('team/app:1.0', image());
  assert.equal(await registry.has('team/app:1.0'), true);
  await registry.close();
});
