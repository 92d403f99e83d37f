import { setTimeout as delay } from 'node:timers/promises';

import { expect, it } from '@jest/globals';

import { ApiClient } from '../../support/api.js';
import { describeRegistry } from '../../support/registry.js';

describeRegistry('the figures of repositories', (registry) => {
  it('follow the pushes while somebody looks at them', async () => {
    const tags = async (): Promise<unknown> => {
      const response = await new ApiClient(registry()).get('repositories?q=figures/app');
      return (response.body as { repositories: { tags?: number }[] }).repositories[0]?.tags;
    };
    const until = async (count: number): Promise<void> => {
      for (const late = Date.now() + 5_000; (await tags()) !== count; await delay(50)) {
        if (Date.now() > late) throw new Error(`there are not ${count} tags within 5 s`);
      }
    };
    await registry().pushImage('figures/app', '1.0');
    await until(1);
    await registry().pushImage('figures/app', '1.1');
    await until(2);

    expect(await tags()).toBe(2);
  });
});
