import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { ApiClient } from '../../support/api.js';
import { basic, GuardedRegistry } from '../../support/access.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { until } from '../../support/until.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';

const RULES = `
admins: [olga]
rules:
  - { repositories: ['docker.io/**'], who: [alice, olga], can: [pull] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
`;

interface Page {
  readonly events: readonly { readonly type: string; readonly data: object }[];
}

describe('the events of a mirror', () => {
  let hub: FakeHub;
  let file: MirrorsFile;
  let guarded: GuardedRegistry;
  beforeAll(async () => {
    hub = await FakeHub.start({ pullsAllowed: 1 });
    for (const name of ['1', '2'])
      hub.content.add('library/alpine', buildImage([uniqueBytes(100)]), name);
    file = await MirrorsFile.write(
      `mirrors: [{ name: docker.io, url: '${hub.url}', addresses: private }]\n`,
    );
    guarded = await GuardedRegistry.start(['alice', 'bob', 'olga'], RULES, file.environment);
  });
  afterAll(async () => {
    await guarded.stop();
    await hub.stop();
    await file.remove();
  });

  const pull = (name: string, status: number) =>
    guarded.registry.http
      .get(`/v2/docker.io/library/alpine/manifests/${name}`)
      .set('Authorization', basic('alice'))
      .expect(status);

  const seenBy = async (name: string): Promise<Page['events']> => {
    const api = new ApiClient(guarded.registry, basic(name));
    return ((await api.get('events?types=mirror.*')).body as Page).events;
  };

  it('tell those who may pull what was fetched, and only administrators what fails', async () => {
    await pull('1', 200);
    await pull('2', 429);
    await pull('2', 429);
    // A failure is recorded after the client got it.
    await until(async () => (await seenBy('olga')).length === 2);

    const [admin, alice, bob] = [await seenBy('olga'), await seenBy('alice'), await seenBy('bob')];

    const fetched = { type: 'mirror.fetched', data: { mirror: 'docker.io', tags: ['1'] } };
    const data = { mirror: 'docker.io', reason: expect.stringContaining('library/alpine') };
    expect(admin).toMatchObject([fetched, { type: 'mirror.limited', data }]);
    expect(alice).toMatchObject([fetched]);
    expect(alice[0]?.data).not.toHaveProperty('sequence');
    expect(bob).toEqual([]);
  });
});
