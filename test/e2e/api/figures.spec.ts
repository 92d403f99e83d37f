import { expect, it } from '@jest/globals';

import { ApiClient } from '../../support/api.js';
import { describeRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

describeRegistry('the figures of repositories', (registry) => {
  it('follow the pushes while somebody looks at them', async () => {
    const tags = async (): Promise<unknown> => {
      const response = await new ApiClient(registry()).get('repositories?q=figures/app');
      return (response.body as { repositories: { tags?: number }[] }).repositories[0]?.tags;
    };
    await registry().pushImage('figures/app', '1.0');
    await until(async () => (await tags()) === 1);
    await registry().pushImage('figures/app', '1.1');
    await until(async () => (await tags()) === 2);

    expect(await tags()).toBe(2);
  });
});
