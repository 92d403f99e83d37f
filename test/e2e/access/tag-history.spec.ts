import { expect, it } from '@jest/globals';

import { buildIndex, collect, repo, tag } from '../../../src/storage/contract/fixtures.js';
import { basic, GuardedRegistry } from '../../support/access.js';

const RULES = `
rules:
  - { repositories: ['team/**'], who: [alice, bob], can: [pull, push, delete] }
`;

it('the history of a tag names who pushed and who deleted, by the tag or by the digest', async () => {
  const guarded = await GuardedRegistry.start(['alice', 'bob'], RULES);
  try {
    const { registry } = guarded;
    for (const reference of ['1.0', undefined]) {
      const { bytes, digest } = buildIndex();
      await registry
        .putManifest('team/app', '1.0', bytes)
        .set('Authorization', basic('alice'))
        .expect(201);
      await registry.http
        .delete(`/v2/team/app/manifests/${reference ?? digest}`)
        .set('Authorization', basic('bob'))
        .expect(202);
    }

    const changes = await collect(registry.storage.tags.history(repo('team/app'), tag('1.0')));

    expect(changes.map(({ by, digest }) => `${by} ${digest === undefined}`)).toEqual([
      ...['bob true', 'alice false', 'bob true', 'alice false'],
    ]);
  } finally {
    await guarded.stop();
  }
});
