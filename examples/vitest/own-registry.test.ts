import { createTestRegistry, image } from 'berth-registry/testing';
import { expect, test } from 'vitest';

test('one test can have its own registry', async () => {
  await using registry = await createTestRegistry();

  await registry.push('team/app:1.0', image());

  expect(await registry.has('team/app:1.0')).toBe(true);
});
