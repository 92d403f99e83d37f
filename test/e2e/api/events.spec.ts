import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { createRegistry } from '../../../src/embed/create-registry.js';
import { createTestRegistry } from '../../../src/exports/testing.js';
import { basic, bearer, GuardedRegistry, usersFile } from '../../support/access.js';
import { ApiClient } from '../../support/api.js';
import { StreamReader } from '../../support/event-stream.js';
import { describeRegistry, WATCH_EVERY_MS, type TestRegistry } from '../../support/registry.js';
import { OWN_PAGE, sessionCookie } from '../../support/sessions.js';
import { until } from '../../support/until.js';

interface Page {
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly repository?: string;
    readonly data: { readonly tag?: string };
    readonly origin?: object;
  }[];
  readonly next?: string;
  readonly more: boolean;
}

const INDEX = 'application/vnd.oci.image.index.v1+json';
const BODY = '{"schemaVersion":2,"manifests":[]}';

function put(
  { http }: Pick<TestRegistry, 'http'>,
  path: string,
  authorization?: string,
): Promise<unknown> {
  const sent = http.put(`/v2/${path}`).set('Content-Type', INDEX).serialize(String);
  if (authorization !== undefined) void sent.set('Authorization', authorization);
  return sent.send(BODY).expect(201);
}

const streamOf = (
  { port }: Pick<TestRegistry, 'port'>,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<StreamReader> =>
  StreamReader.open(`http://127.0.0.1:${port}/api/v1/events/stream${query}`, headers);

describeRegistry('the events of the API', (registry) => {
  const list = async (query = ''): Promise<Page> =>
    (await new ApiClient(registry()).get(`events${query}`)).body as Page;

  it('are listed in pages, oldest first, and continue after an id', async () => {
    const name = registry().newRepository();
    for (const tag of ['a', 'b', 'c']) await put(registry(), `${name}/manifests/${tag}`);
    const of = `repositories=${encodeURIComponent(name)}&types=tag.*`;

    const first = await list(`?${of}&limit=2`);
    expect(first.events.map(({ data }) => data.tag)).toEqual(['a', 'b']);
    expect(first.more).toBe(true);
    const second = await list(`?${of}&limit=2&after=${first.next}`);
    expect(second.events.map(({ data }) => data.tag)).toEqual(['c']);
    expect(second.more).toBe(false);
    await put(registry(), `${name}/manifests/d`);
    const third = await list(`?${of}&after=${second.next}`);
    expect(third.events.map(({ data }) => data.tag)).toEqual(['d']);
    expect(third.events[0]?.origin).toMatchObject({ method: 'PUT' });
  });

  it('are listed with the newest first, and continue before an id', async () => {
    const name = registry().newRepository();
    for (const tag of ['a', 'b', 'c']) await put(registry(), `${name}/manifests/${tag}`);
    const of = `repositories=${encodeURIComponent(name)}&types=tag.*&order=newest`;

    const first = await list(`?${of}&limit=2`);
    expect(first.events.map(({ data }) => data.tag)).toEqual(['c', 'b']);
    expect(first.more).toBe(true);
    const second = await list(`?${of}&limit=2&before=${first.next}`);
    expect(second.events.map(({ data }) => data.tag)).toEqual(['a']);
    expect(second).toMatchObject({ more: false });
    expect(second).not.toHaveProperty('next');
  });

  it('are not listed after an id that is not kept', async () => {
    const response = await new ApiClient(registry()).get('events?after=01KB8Q5M0T0000W4V9TX2N7KQE');
    expect(response).toMatchObject({ status: 410, body: { code: 'event-not-kept' } });
  });

  it.each([
    ['types=tag.made', 'no event has the type tag.made'],
    ['repositories=Team', 'no repository can match Team'],
    ['types=upload.progress', 'no event has the type upload.progress'],
    ['limit=0', 'limit must not be less than 1'],
    ['order=newest&before=x', 'before must be the id of an event'],
  ])('are not listed for %s', async (query, problem) => {
    const response = await new ApiClient(registry()).get(`events?${query}`);
    expect(response.status).toBe(400);
    expect(response.body.detail).toContain(problem);
  });

  it('are streamed as they happen, and after a cut without a gap and without a repetition', async () => {
    const name = registry().newRepository();
    const query = `?types=tag.*&repositories=${encodeURIComponent(name)}`;
    const tags: unknown[] = [];
    {
      await using stream = await streamOf(registry(), query);
      expect(stream.response.headers['content-type']).toBe('text/event-stream');
      expect(stream.response.headers['cache-control']).toBe('no-store');
      await put(registry(), `${name}/manifests/a`);
      await put(registry(), `${name}/manifests/b`);
      tags.push(...(await stream.take(2)));
    }
    await put(registry(), `${name}/manifests/c`);
    const { id = '' } = tags[1] as { id?: string };
    await using resumed = await streamOf(registry(), query, { 'Last-Event-ID': id });
    await put(registry(), `${name}/manifests/d`);
    tags.push(...(await resumed.take(2)));
    await delay(100);

    expect(tags).toHaveLength(4);
    expect(tags).toMatchObject(
      ['a', 'b', 'c', 'd'].map((tag) => ({
        data: { type: 'tag.created', repository: name, data: { tag } },
      })),
    );
  });

  it('are streamed from now on, with a message, after an id that is not kept', async () => {
    const name = registry().newRepository();
    const headers = { 'Last-Event-ID': '01KB8Q5M0T0000W4V9TX2N7KQE' };
    await using stream = await streamOf(registry(), '?types=tag.*', headers);
    await put(registry(), `${name}/manifests/a`);

    const [missed, next] = await stream.take(2);
    expect(missed).toMatchObject({ event: 'missed', data: { after: headers['Last-Event-ID'] } });
    expect(missed).not.toHaveProperty('id');
    expect(next?.data.type).toBe('tag.created');
  });

  it('have a head without a stream', async () => {
    const response = await registry().http.head('/api/v1/events/stream').expect(200);
    expect(response.headers['content-type']).toBe('text/event-stream');
  });

  it('are streamed to at most a hundred clients of a process', async () => {
    const opening = Array.from({ length: 100 }, () => streamOf(registry()));
    const streams = await Promise.all(opening);
    try {
      const refused = await registry().http.get('/api/v1/events/stream');
      expect(refused).toMatchObject({ status: 429, body: { code: 'too-many-requests' } });
    } finally {
      for (const stream of streams) await stream[Symbol.asyncDispose]();
    }
    await delay(50);
    await using again = await streamOf(registry());
    expect(again.response.statusCode).toBe(200);
  });
});

const rules = (alice: string): string => `
admins: [olga]
rules:
  - { repositories: ['team/**'], who: [${alice}, olga], can: [pull, push] }
  - { repositories: ['other/**'], who: [olga], can: [pull, push] }
  - { repositories: ['public/**'], who: [anonymous], can: [pull] }
  - { repositories: ['public/**'], who: [olga], can: [push] }
`;

describe('the events of a registry with logins', () => {
  let guarded: GuardedRegistry;
  beforeAll(async () => {
    guarded = await GuardedRegistry.start(['alice', 'olga', 'eve'], rules('alice'));
  });
  afterAll(() => guarded.stop());

  const as = (name: string) => ({ Authorization: basic(name) });
  const pushed = async (repository: string, tag: string): Promise<void> => {
    await put(guarded.registry, `${repository}/manifests/${tag}`, basic('olga'));
  };

  it('are those of repositories that one may pull, and only administrators see the rest', async () => {
    await using alice = await streamOf(guarded.registry, '', as('alice'));
    await using olga = await streamOf(guarded.registry, '', as('olga'));
    await using anonymous = await streamOf(guarded.registry, '');
    await pushed('other/app', 'secret');
    await guarded.registry.http.get('/v2/').set('Authorization', basic('alice', 'no')).expect(401);
    await pushed('public/app', '1.0');
    await pushed('team/app', '1.0');

    await alice.take(6);
    await olga.take(10);
    await anonymous.take(3);
    expect(olga.types).toContain('login.failed');
    expect(olga.messages.every(({ data }) => 'origin' in data)).toBe(true);
    expect(alice.types).not.toContain('login.failed');
    const repositories = ({ messages }: StreamReader) =>
      new Set(messages.map(({ data }) => data['repository']));
    expect(repositories(alice)).toEqual(new Set(['team/app', 'public/app']));
    expect(repositories(anonymous)).toEqual(new Set(['public/app']));
    expect(JSON.stringify([alice.messages, anonymous.messages])).not.toMatch(
      /origin|sequence|127\.0\.0\.1/,
    );

    const page = (await new ApiClient(guarded.registry, basic('alice')).get('events')).body as Page;
    expect(page.events.map(({ id }) => id)).toEqual(alice.messages.map(({ id }) => id));
  });

  it('are no longer streamed to somebody whose right is withdrawn', async () => {
    await using stream = await streamOf(guarded.registry, '?types=tag.*', as('alice'));
    await pushed('team/app', '2.0');
    await stream.take(1);
    await writeFile(join(guarded.directory, 'access.yaml'), rules('eve'));
    await delay(4 * WATCH_EVERY_MS);
    await pushed('team/app', '2.1');
    await pushed('public/app', '2.1');

    const messages = await stream.take(2);
    expect(messages.map(({ data }) => data['repository'])).toEqual(['team/app', 'public/app']);
    await writeFile(join(guarded.directory, 'access.yaml'), rules('alice'));
    await delay(4 * WATCH_EVERY_MS);
  });

  it('end with a login that is withdrawn', async () => {
    const grants = [{ repositories: 'team/**', actions: ['pull' as const] }];
    const { id, token } = await guarded.robots.create({ name: 'ci', grants, expiresAt: undefined });
    const robot = { Authorization: bearer(token) };
    await using byRobot = await streamOf(guarded.registry, '?types=tag.*', robot);
    await using byName = await streamOf(guarded.registry, '?types=tag.*', as('eve'));
    await guarded.robots.revoke(id);
    await writeFile(join(guarded.directory, 'users.htpasswd'), await usersFile(['alice', 'olga']));
    await delay(4 * WATCH_EVERY_MS);
    await pushed('team/app', '3.0');

    await byRobot.ended();
    await byName.ended();
    expect([byRobot.messages, byName.messages]).toEqual([[], []]);
  });

  it('end with the session that reads them', async () => {
    const Cookie = await sessionCookie(guarded.registry, 'alice');
    await using stream = await streamOf(guarded.registry, '?types=tag.*', { Cookie });
    await pushed('public/app', '4.0');
    await stream.take(1);
    const logout = guarded.registry.http.delete('/api/v1/session').set(OWN_PAGE);
    await logout.set('Cookie', Cookie).expect(204);
    await pushed('public/app', '4.1');

    await stream.ended();
    expect(stream.messages).toHaveLength(1);
  });
});

describe('the progress of uploads', () => {
  it('is streamed to those who may push, from the bytes of a request that goes on', async () => {
    const guarded = await GuardedRegistry.start(
      ['alice', 'olga', 'bob'],
      `
rules:
  - { repositories: ['team/**'], who: [alice], can: [pull, push] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
`,
    );
    try {
      const { registry } = guarded;
      await using pusher = await streamOf(registry, '?types=upload.*', {
        Authorization: basic('alice'),
      });
      await using reader = await streamOf(registry, '?types=upload.*', {
        Authorization: basic('bob'),
      });
      const begun = await registry.http
        .post('/v2/team/app/blobs/uploads/')
        .set('Authorization', basic('alice'))
        .expect(202);
      const path = String(begun.headers['location']);
      const patch = request({
        port: registry.port,
        path: new URL(path, 'http://x').pathname,
        method: 'PATCH',
        headers: { Authorization: basic('alice'), 'Content-Length': 8_000_000 },
      }).on('error', () => undefined);
      patch.write(Buffer.alloc(3_000_000));
      const [message] = await pusher.take(1);
      patch.destroy();
      const removed = registry.http.delete(new URL(path, 'http://x').pathname);
      await removed.set('Authorization', basic('alice')).expect(204);
      const ended = (): boolean =>
        pusher.messages.some(({ data }) => (data.data as { ended?: true }).ended === true);
      await until(ended);

      expect(message).not.toHaveProperty('id');
      expect(message?.data).toMatchObject({ type: 'upload.progress', repository: 'team/app' });
      const { receivedBytes, upload, by } = message?.data.data as Record<string, unknown>;
      expect(path).toContain(String(upload));
      expect(by).toBe('alice');
      expect(Number(receivedBytes)).toBeGreaterThan(500_000);
      expect(reader.messages).toEqual([]);
    } finally {
      await guarded.stop();
    }
  });
});

describe('open streams', () => {
  it('end when an embedded registry closes, without the wait for other requests', async () => {
    const registry = await createRegistry({
      storage: { driver: 'memory' },
      access: 'none',
      logger: false,
    });
    const url = await registry.listen();
    await using stream = await StreamReader.open(`${url}/api/v1/events/stream`);
    const began = performance.now();
    await registry.close();

    expect(performance.now() - began).toBeLessThan(2_000);
    await stream.ended();
  });

  it('end when a test registry closes', async () => {
    const registry = await createTestRegistry();
    await using stream = await StreamReader.open(`${registry.url}/api/v1/events/stream`);
    const began = performance.now();
    await registry.close();

    expect(performance.now() - began).toBeLessThan(2_000);
    await stream.ended();
  });
});
