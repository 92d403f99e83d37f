import { createTestRegistry, image, type ImageFiles } from 'berth-registry/testing';
import { expect, test } from 'vitest';

test('one test can have its own registry', async () => {
  await using registry = await createTestRegistry();

  await registry.push('team/app:1.0', image());

  expect(await registry.has('team/app:1.0')).toBe(true);
});

test('its content can be listed, read and deleted', async () => {
  await using registry = await createTestRegistry({ users: { alice: 'secret' } });
  const pushed = await registry.push('team/app:1.0', image({ layers: [{ a: '1' }] }));

  const files: ImageFiles = await registry.files('team/app:1.0', { platform: 'linux/amd64' });
  const tags: string[] = await registry.tags('team/app');

  expect(files).toEqual({ a: '1' });
  expect(tags).toEqual(['1.0']);
  await registry.delete(`team/app@${pushed.digest}`);
  expect(await registry.tags('team/app')).toEqual([]);
});
