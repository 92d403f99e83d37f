import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createBerthClient } from 'berth-registry/client';
import { createTestRegistry, image } from 'berth-registry/testing';

import { newestTags, release } from './tag-release.js';

test('a release moves the tag stable', async (t) => {
  const registry = await createTestRegistry();
  t.after(() => registry.close());
  for (const tag of ['1.0', '2.0'])
    await registry.push(`team/app:${tag}`, image({ annotations: { release: tag } }));
  const berth = createBerthClient({ url: registry.url });

  assert.equal(await release(berth, 'team/app', '1.0'), 'stable is 1.0 now');
  assert.equal(await release(berth, 'team/app', '2.0'), 'stable is 2.0 now');
  assert.equal(await release(berth, 'team/app', '2.0'), 'stable is 2.0 already');
  assert.equal((await newestTags(berth, 'team/app'))[0], 'stable');
  await assert.rejects(release(berth, 'team/app', '3.0'), { code: 'manifest-unknown' });
});
