import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

/** All copies of class-validator in a process keep their metadata in this one global. */
const SHARED = 'classValidatorMetadataStorage';

/** Loads a host with another version of class-validator, whose container records its lookups. */
async function loadHost() {
  const older = await import('class-validator-older');
  class Thing {
    @older.IsInt()
    size: unknown;
  }
  let asked = 0;
  older.useContainer({
    get: (wanted: new () => object) => {
      asked++;
      return new wanted();
    },
  });
  return {
    asked: () => asked,
    mistakesOf: (size: unknown) => older.validateSync(Object.assign(new Thing(), { size })).length,
  };
}

const loadRegistry = () => import('../../../src/embed/create-registry.js');

async function expectBothToValidate(
  { asked, mistakesOf }: Awaited<ReturnType<typeof loadHost>>,
  { createRegistry }: Awaited<ReturnType<typeof loadRegistry>>,
): Promise<void> {
  const memory = { storage: { driver: 'memory' }, logger: false } as const;
  const wrong = { REGISTRY_LOG_LEVEL: 'loud', REGISTRY_IDLE_TIMEOUT: '1h' };

  await expect(createRegistry({ ...memory, settings: wrong })).rejects.toThrow(
    /^REGISTRY_LOG_LEVEL is "loud"; allowed: error, warn, info, debug$/,
  );
  const registry = await createRegistry(memory);
  await registry.close();
  expect(asked()).toBe(0);

  expect(mistakesOf(5)).toBe(0);
  expect(mistakesOf('five')).toBe(1);
  expect(asked()).toBeGreaterThan(0);
}

describe('a host with another version of class-validator', () => {
  beforeEach(() => {
    jest.resetModules();
    Reflect.deleteProperty(globalThis, SHARED);
  });
  afterEach(() => {
    Reflect.deleteProperty(globalThis, SHARED);
  });

  it('validates as before when it was loaded before the registry, which validates, too', async () => {
    const host = await loadHost();

    await expectBothToValidate(host, await loadRegistry());
  });

  it('validates as before when it is loaded after the registry, which validates, too', async () => {
    const registry = await loadRegistry();

    await expectBothToValidate(await loadHost(), registry);
  });
});
