const { createTestRegistry, image } = require('berth-registry/testing');

let registry;
beforeAll(async () => {
  registry = await createTestRegistry();
});
afterAll(() => registry.close());

test('jest needs no options to load the registry', async () => {
  await registry.push('team/app:1.0', image());

  const response = await fetch(`${registry.url}/v2/team/app/tags/list`);

  expect(await response.json()).toEqual({ name: 'team/app', tags: ['1.0'] });
});
