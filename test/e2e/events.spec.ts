import { describe, expect, it } from '@jest/globals';

import { type RegistryEvent } from '../../src/domain/registry-event.js';
import { createRegistry } from '../../src/embed/create-registry.js';
import { createTestRegistry, image } from '../../src/exports/testing.js';
import { basic, GuardedRegistry } from '../support/access.js';
import { describeRegistry, type TestRegistry } from '../support/registry.js';

/** Runs `work`, and resolves to the events of one repository. */
async function eventsOf(
  { storage: { outbox } }: Pick<TestRegistry, 'storage'>,
  work: () => Promise<unknown>,
): Promise<readonly RegistryEvent[]> {
  const before = (await outbox.locate('now')) ?? '';
  await work();
  return (await outbox.read(before, 100)).events;
}

function plain({ type, data: { tag = '' } }: RegistryEvent): string {
  return `${type} ${tag}`.trim();
}

describeRegistry('the events of requests', (registry) => {
  it('of a push with several tags name each of them, and the request', async () => {
    const repository = registry().newRepository();
    const pushed = await registry().pushImage(repository);
    let requestId = '';

    const events = await eventsOf(registry(), async () => {
      const put = registry()
        .putManifest(repository, `${pushed.digest}?tag=a&tag=b`, pushed.bytes)
        .set('User-Agent', 'docker/28');
      requestId = String((await put.expect(201)).headers['x-request-id']);
    });

    expect(events.map(plain)).toEqual(['manifest.pushed', 'tag.created a', 'tag.created b']);
    for (const { repository: name, origin } of events) {
      expect(name).toBe(repository);
      expect(origin).toEqual({
        requestId,
        scheme: 'http',
        host: `127.0.0.1:${registry().port}`,
        address: '127.0.0.1',
        method: 'PUT',
        userAgent: 'docker/28',
      });
    }
  });

  it('of a deleted manifest with three tags are one for each, and of a deleted tag one', async () => {
    const repository = registry().newRepository();
    const pushed = await registry().pushImage(repository, '1.0');
    for (const tag of ['1.1', '1.2', '1.3']) {
      await registry().putManifest(repository, tag, pushed.bytes).expect(201);
    }
    const path = `/v2/${repository}/manifests`;

    const events = await eventsOf(registry(), async () => {
      await registry().http.delete(`${path}/1.0`).expect(202);
      await registry().http.delete(`${path}/${pushed.digest}`).expect(202);
    });

    expect(events.map(plain).sort()).toEqual([
      'manifest.deleted',
      'tag.deleted 1.0',
      'tag.deleted 1.1',
      'tag.deleted 1.2',
      'tag.deleted 1.3',
    ]);
    expect(new Set(events.map(({ origin }) => origin?.method))).toEqual(new Set(['DELETE']));
  });

  it('do not exist for reads and refused requests', async () => {
    const repository = registry().newRepository();
    await registry().pushImage(repository, '1.0');
    const { http } = registry();

    const events = await eventsOf(registry(), async () => {
      await http.get(`/v2/${repository}/manifests/1.0`).expect(200);
      await http.head(`/v2/${repository}/manifests/1.0`).expect(200);
      await http.get(`/v2/${repository}/tags/list`).expect(200);
      await http.delete(`/v2/${repository}/manifests/2.0`).expect(404);
      await http.put(`/v2/${repository}/manifests/2.0`).send('{}').expect(400);
    });

    expect(events).toEqual([]);
  });
});

describe('the events of a registry with logins', () => {
  it('name who pushed, and record a failed login once', async () => {
    const rules = `rules: [{ repositories: ['**'], who: [alice], can: [pull, push, delete] }]`;
    const guarded = await GuardedRegistry.start(['alice'], rules, { REGISTRY_AUTH: 'basic' });
    try {
      const { http } = guarded.registry;
      const wrong = `Basic ${Buffer.from('alice:wrong-password').toString('base64')}`;

      const events = await eventsOf(guarded.registry, async () => {
        await http.get('/v2/').expect(401);
        await http.get('/v2/').set('Authorization', wrong).expect(401);
        await http.get('/v2/').set('Authorization', wrong).expect(401);
        const body = '{"schemaVersion":2,"manifests":[]}';
        const put = http.put('/v2/team/app/manifests/1.0').set('Authorization', basic('alice'));
        const type = 'application/vnd.oci.image.index.v1+json';
        await put.set('Content-Type', type).serialize(String).send(body).expect(201);
      });

      expect(events.map(plain)).toEqual([
        'login.failed',
        'repository.created',
        'manifest.pushed',
        'tag.created 1.0',
      ]);
      expect(new Set(events.map(({ data }) => data.by))).toEqual(new Set(['alice']));
      expect(JSON.stringify(events)).not.toContain('wrong-password');
    } finally {
      await guarded.stop();
    }
  });
});

describe('the events of an embedded registry', () => {
  it('are yielded from now on, or after an id, until the registry closes', async () => {
    const registry = await createRegistry({
      storage: { driver: 'memory' },
      access: 'none',
      logger: false,
    });
    const url = await registry.listen();
    const events = registry.events();
    const put = (tag: string) =>
      fetch(`${url}/v2/team/app/manifests/${tag}`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/vnd.oci.image.index.v1+json' },
        body: '{"schemaVersion":2,"manifests":[]}',
      });
    await put('1.0');
    const first: RegistryEvent[] = [];
    for await (const event of events) if (first.push(event) === 3) break;
    expect(first.map(plain)).toEqual(['repository.created', 'manifest.pushed', 'tag.created 1.0']);
    await put('1.1');

    const rest: string[] = [];
    for await (const event of registry.events({ after: first[2]?.id ?? '' })) {
      if (rest.push(plain(event)) === 2) void registry.close();
    }

    expect(rest).toEqual(['manifest.pushed', 'tag.created 1.1']);
  });

  it('are yielded by a test registry, which ends them when it closes', async () => {
    const registry = await createTestRegistry();
    const events = registry.events();
    await registry.push('team/app:1.0', image());

    const found: string[] = [];
    for await (const event of events) {
      if (found.push(plain(event)) === 3) void registry.close();
    }

    expect(found).toEqual(['repository.created', 'manifest.pushed', 'tag.created 1.0']);
  });
});

describe('the end of a collection', () => {
  it('is an event', async () => {
    const registry = await createRegistry({
      storage: { driver: 'memory' },
      access: 'none',
      logger: false,
      settings: { gc: { intervalMs: 20 } },
    });

    for await (const { type, data } of registry.events()) {
      expect([type, data.result, data.freedBytes]).toEqual(['gc.finished', 'complete', 0]);
      break;
    }

    await registry.close();
  });
});
