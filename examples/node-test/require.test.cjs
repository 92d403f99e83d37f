const assert = require('node:assert/strict');
const { test } = require('node:test');

const { createTestRegistry, image } = require('berth-registry/testing');

test('a module of the older kind requires it', async () => {
  const registry = await createTestRegistry();
  await registry.push('team/app:1.0', image());
  assert.equal(await registry.has('team/app:1.0'), true);
  await registry.close();
});
