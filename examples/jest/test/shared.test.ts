import { expect, it } from '@jest/globals';

it('finds the registry that all test files share', async () => {
  const url = String(process.env['TEST_REGISTRY_URL']);

  const response = await fetch(`${url}/v2/base/runtime/tags/list`);

  expect(await response.json()).toEqual({ name: 'base/runtime', tags: ['1.0'] });
});
