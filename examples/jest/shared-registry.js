import { createTestRegistry, image } from 'berth-registry/testing';

/** Called by Jest once, before the first test file, outside of the test sandboxes. */
export default async function setUp() {
  const registry = await createTestRegistry();
  await registry.push('base/runtime:1.0', image());
  globalThis.sharedRegistry = registry;
  // The test files run in other processes, so they get the address.
  process.env.TEST_REGISTRY_HOST = registry.host;
  process.env.TEST_REGISTRY_URL = registry.url;
}
