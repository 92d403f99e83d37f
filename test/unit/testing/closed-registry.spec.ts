import { inspect } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { createTestRegistry, image, type TestRegistry } from '../../../src/exports/testing.js';

describe('a closed registry', () => {
  const CALLS: Readonly<Record<string, (registry: TestRegistry) => unknown>> = {
    push: (registry) => registry.push('team/app:1.0', image()),
    pull: (registry) => registry.pull('team/app:1.0'),
    has: (registry) => registry.has('team/app:1.0'),
    files: (registry) => registry.files('team/app:1.0'),
    tags: (registry) => registry.tags('team/app'),
    repositories: (registry) => registry.repositories(),
    delete: (registry) => registry.delete('team/app:1.0'),
    loadLayout: (registry) => registry.loadLayout('layout'),
    reset: (registry) => registry.reset(),
    waitFor: (registry) => registry.waitFor({ operation: 'ping' }),
    fault: (registry) => registry.fault({ status: 503 }),
    clearFaults: (registry) => registry.clearFaults(),
  };

  it.each(Object.entries(CALLS))('refuses %s', async (_, call) => {
    const registry = await createTestRegistry();
    await registry.close();

    await expect(async () => call(registry)).rejects.toThrow(
      'the registry is closed: create another one with createTestRegistry',
    );
  });
});

describe('a registry in messages', () => {
  it('is one line for console.log, and its address in JSON', async () => {
    const registry = await createTestRegistry();
    const { url, host, port } = registry;

    expect(inspect(registry)).toBe(`TestRegistry(${url})`);
    expect(JSON.parse(JSON.stringify({ registry }))).toEqual({ registry: { url, host, port } });

    await registry.close();
    expect(inspect({ registry })).toBe(`{ registry: TestRegistry(${url}, closed) }`);
  });
});
