import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { openMetrics } from '../../src/observe/metrics/metrics.js';
import { createMemoryStorage } from '../../src/storage/memory/memory-storage.js';
import { ApiClient } from '../support/api.js';
import { basic, GuardedRegistry } from '../support/access.js';
import { KeptLog } from '../support/kept-log.js';
import { sumOf } from '../support/metrics.js';
import { TestRegistry } from '../support/registry.js';
import { until } from '../support/until.js';
import { answering, TestReceiver } from '../support/webhook-receiver.js';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

let folder: string;
let receiver: TestReceiver;
let file: string;
const stopped: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-webhooks-'));
  file = join(folder, 'events.yaml');
  receiver = await TestReceiver.start();
  await writeFile(join(folder, 'secret'), SECRET);
  await declare();
});
afterEach(async () => {
  for (const stop of stopped.splice(0)) await stop();
  await receiver[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Writes an events file with one webhook, and with `more` of it. */
async function declare(more = ''): Promise<void> {
  const url = `http://user:pass-word@127.0.0.1:${receiver.port}/hook?token=query-secret`;
  await writeFile(
    file,
    `webhooks: [{ name: deploy, url: '${url}', secretFile: secret, types: ['tag.*']${more} }]`,
  );
}

async function start(log?: KeptLog): Promise<TestRegistry> {
  const settings = { REGISTRY_STORAGE_PATH: join(folder, 'data'), REGISTRY_EVENTS_FILE: file };
  const registry = await TestRegistry.start(settings, {}, log ?? false);
  stopped.push(() => registry.stop());
  return registry;
}

async function push(registry: TestRegistry, tag: string): Promise<void> {
  await registry.pushImage('team/app', tag);
}

/** Another process takes over within seconds, and `until` has a limit of its own. */
jest.setTimeout(30_000);

const tags = (): unknown[] => receiver.bodies.map(({ data }) => (data as { tag: string }).tag);

/** Resolves when a registry delivers, which begins within a second. */
const isServing = async ({ storage: { outbox } }: TestRegistry): Promise<boolean> =>
  (await outbox.cursors.list()).includes('webhook-deploy');

describe('webhooks', () => {
  it('get the events of all processes of a storage once, and another process takes over', async () => {
    const one = await start();
    const other = await start();
    await until(() => isServing(one));
    await push(one, '1.0');
    await push(other, '1.1');
    await until(() => receiver.received.length >= 2);
    await delay(1_500);
    expect(tags().sort()).toEqual(['1.0', '1.1']);

    await stopped.shift()?.();
    await push(other, '1.2');
    await until(() => receiver.received.length >= 3);
    expect(tags()).toHaveLength(3);
    for (const { headers, body } of receiver.received) {
      expect(() =>
        new Webhook(SECRET).verify(body, headers as Record<string, string>),
      ).not.toThrow();
      expect(headers.authorization).toBe(basic('user', 'pass-word'));
    }
  });

  it('begin when the events file names them, and end when it does not', async () => {
    await writeFile(file, 'keep: { days: 1 }\n');
    const registry = await start();
    await push(registry, '1.0');
    await declare();
    await until(() => isServing(registry));
    await push(registry, '1.1');
    await until(() => receiver.received.length >= 1);
    await writeFile(file, 'webhooks: [{ name: x }]\n');
    await delay(200);
    await push(registry, '1.2');
    await until(() => receiver.received.length >= 2);
    await writeFile(file, '');
    await delay(1_500);
    await push(registry, '1.3');
    await delay(1_500);

    expect(tags()).toEqual(['1.1', '1.2']);
  });

  it('are shown to administrators without what is secret, and tested by a ping', async () => {
    const log = KeptLog.open('text', 'debug');
    const registry = await start(log);
    const api = new ApiClient(registry);
    await until(() => isServing(registry));
    receiver.answer = answering(500);
    await push(registry, '1.0');
    await until(async () => (await api.get('webhooks')).body.webhooks[0].state === 'failing');

    const { webhooks } = (await api.get('webhooks')).body as { webhooks: object[] };
    expect(webhooks).toMatchObject([
      {
        name: 'deploy',
        url: `http://127.0.0.1:${receiver.port}/hook`,
        state: 'failing',
        pending: 1,
        dead: 0,
        last: { type: 'tag.created', result: 'the receiver answered 500' },
      },
    ]);
    const deliveries = (await api.get('webhooks/deploy/deliveries')).body as object;
    expect(deliveries).toMatchObject({
      retrying: [{ type: 'tag.created', repository: 'team/app', attempts: 1 }],
      dead: [],
    });
    expect((await api.send('post', 'webhooks/deploy/test')).body).toMatchObject({
      delivered: false,
      status: 500,
    });
    receiver.answer = answering(202);
    expect((await api.send('post', 'webhooks/deploy/test')).body).toMatchObject({
      delivered: true,
      status: 202,
      result: 'delivered',
    });
    expect(receiver.bodies.at(-1)).toMatchObject({ type: 'dev.berth.ping' });
    expect(JSON.stringify([webhooks, deliveries])).not.toMatch(/pass-word|query-secret/);
    expect(log.text).toContain('webhook deploy fails');
    expect(log.text).not.toMatch(/pass-word|query-secret|whsec/);
  });

  it('get dead letters again by any process', async () => {
    const id = '01KB8Q5M0T0000W4V9TX2N7KQE';
    const event = {
      id,
      type: 'tag.created',
      time: new Date().toISOString(),
      data: { sequence: 1, tag: 'old' },
    };
    const dead = [{ event, attempts: 10, at: Date.now(), result: 'the receiver answered 500' }];
    const again = await start();
    // As after three days of failures.
    const position = (await again.storage.outbox.locate('now')) ?? '';
    await again.storage.outbox.cursors.put('webhook-deploy', position, JSON.stringify({ dead }));
    const second = await start();
    const api = new ApiClient(second);
    expect((await api.send('post', 'webhooks/deploy/redeliver', { id: 'none' })).status).toBe(404);
    const response = await api.send('post', 'webhooks/deploy/redeliver', { id });
    expect(response).toMatchObject({ status: 202, body: { events: 1 } });
    await until(() => receiver.received.length >= 1);

    expect(tags()).toEqual(['old']);
    expect(receiver.received[0]?.headers['webhook-id']).toBe(id);
    await until(async () => (await api.get('webhooks')).body.webhooks[0].dead === 0);
  });

  it('that do not exist are refused, and so is everybody but administrators', async () => {
    const rules = `admins: [olga]\nrules: [{ repositories: ['**'], who: [alice], can: [pull, push] }]`;
    const guarded = await GuardedRegistry.start(['alice', 'olga'], rules, {
      REGISTRY_EVENTS_FILE: file,
    });
    stopped.push(() => guarded.stop());
    const as = (name: string) => new ApiClient(guarded.registry, basic(name));
    const path = 'webhooks/none/deliveries';

    expect(await as('olga').get(path)).toMatchObject({
      status: 404,
      body: { code: 'webhook-unknown' },
    });
    for (const [method, target] of [
      ['get', 'webhooks'],
      ['get', 'webhooks/deploy/deliveries'],
      ['post', 'webhooks/deploy/redeliver'],
      ['post', 'webhooks/deploy/test'],
    ] as const) {
      expect((await as('alice').send(method, target)).status).toBe(403);
    }
    expect(receiver.received).toEqual([]);
  });

  it('keep the registry from starting while their file has a mistake', async () => {
    await declare(', formats: x');
    await expect(start()).rejects.toThrow('unknown key "formats" in a webhook');
  });

  it('are counted', async () => {
    const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
    const metrics = await openMetrics({ storage, repositories: 0, ofProcess: false });
    const settings = { REGISTRY_STORAGE_DRIVER: 'memory', REGISTRY_EVENTS_FILE: file };
    const registry = await TestRegistry.start(settings, storage, false, { metrics });
    stopped.push(() => registry.stop());
    await until(() => isServing(registry));
    await push(registry, '1.0');
    await until(() => receiver.received.length >= 1);
    receiver.answer = answering(500);
    await push(registry, '1.1');
    await until(() => receiver.received.length >= 2);
    await delay(1_200);
    const text = await metrics.text();

    const of = (name: string, result = 'deploy') => sumOf(text, `berth_events_${name}`, result);
    expect(of('delivered_total', 'result="delivered"')).toBe(1);
    expect(of('delivered_total', 'result="failed"')).toBe(1);
    expect(of('pending')).toBe(1);
    expect(of('oldest_seconds')).toBeGreaterThan(1);
  });
});
