import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

import { type NewEvent } from '../../../src/domain/registry-event.js';
import { parseEventsFile } from '../../../src/events/events-file.js';
import { type WebhookEndpoint } from '../../../src/events/events-plan.js';
import { reportOf } from '../../../src/events/webhooks/backlog.js';
import { Dispatcher } from '../../../src/events/webhooks/dispatcher.js';
import { leaveOrder } from '../../../src/events/webhooks/redelivery-orders.js';
import { MemoryOutbox } from '../../../src/storage/memory/outbox.js';
import { FakeClock } from './fake-clock.js';
import { answering, TestReceiver } from '../../support/webhook-receiver.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const secretOf = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const [SECRET, OLD_SECRET] = [secretOf(1), secretOf(2)];

let folder: string;
let clock: FakeClock;
let outbox: MemoryOutbox;
let dispatcher: Dispatcher;
let receiver: TestReceiver;
let lines: string[];
let counts: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-webhooks-'));
  await writeFile(join(folder, 'secret'), SECRET);
  await writeFile(join(folder, 'old.secret'), OLD_SECRET);
  await writeFile(join(folder, 'headers'), 'Authorization: Bearer top-secret\n');
  clock = new FakeClock();
  outbox = new MemoryOutbox(() => clock.now());
  receiver = await TestReceiver.start(() => clock.now());
  lines = [];
  counts = [];
  dispatcher = newDispatcher();
});
afterEach(async () => {
  await end();
  await receiver[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

function newDispatcher(holds = (): boolean => true): Dispatcher {
  return new Dispatcher({
    outbox,
    clock,
    random: () => 0.5,
    holds,
    log: { log: (line) => void lines.push(line), warn: (line) => void lines.push(line) },
    observers: [{ attempted: (endpoint, outcome) => void counts.push(`${endpoint} ${outcome}`) }],
    host: 'registry.example',
  });
}

async function serve(served: readonly WebhookEndpoint[]): Promise<void> {
  await dispatcher.serve(served);
  clock.workers = served.length;
}

async function end(): Promise<void> {
  clock.workers = 0;
  await dispatcher.end();
}

/** Returns endpoints as an events file declares them, each with the rest of its line. */
async function endpoints(...rest: readonly string[]): Promise<readonly WebhookEndpoint[]> {
  const text = rest.map((line) => `  - { ${line} }\n`).join('');
  return (await parseEventsFile(`webhooks:\n${text}`, join(folder, 'events.yaml'))).webhooks;
}

const one = (more = ''): Promise<readonly WebhookEndpoint[]> =>
  endpoints(`name: deploy, url: '${receiver.url}', secretFile: secret${more}`);

const event = (tag: string, type: NewEvent['type'] = 'tag.created'): NewEvent => ({
  type,
  repository: 'team/app',
  data: { tag, digest: 'sha256:abc' },
});

const push = (...tags: string[]): Promise<void> => outbox.append(tags.map((tag) => event(tag)));

const tagsOf = ({ bodies }: TestReceiver): string[] =>
  bodies.map(({ data }) => (data as { tag: string }).tag);

/** Returns when each request came, in milliseconds since the first one. */
const timesOf = ({ received }: TestReceiver): number[] =>
  received.map(({ at }) => at - (received[0]?.at ?? 0));

describe('a webhook', () => {
  it('gets events as CloudEvents with a signature that can be verified', async () => {
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(SECOND);

    const [received] = receiver.received;
    const signed = received?.headers as Record<string, string>;
    expect(new Webhook(SECRET).verify(received?.body ?? '', signed)).toEqual({
      specversion: '1.0',
      id: signed['webhook-id'],
      source: '/berth/registry.example',
      type: 'dev.berth.tag.created',
      subject: 'team/app:1.0',
      time: expect.stringMatching(/^20/),
      datacontenttype: 'application/json',
      data: { repository: 'team/app', tag: '1.0', digest: 'sha256:abc', sequence: 1 },
    });
    expect(signed['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(counts).toEqual(['deploy delivered']);
  });

  it('has two signatures while its secret is rotated, and the headers of its file', async () => {
    const files = 'secretFiles: [secret, old.secret], headersFile: headers';
    await serve(await endpoints(`name: deploy, url: '${receiver.url}', ${files}`));
    await clock.pass(0);
    await push('1.0');
    await clock.pass(SECOND);

    const [received] = receiver.received;
    const headers = received?.headers as Record<string, string>;
    for (const secret of [SECRET, OLD_SECRET]) {
      expect(() => new Webhook(secret).verify(received?.body ?? '', headers)).not.toThrow();
    }
    expect(() => new Webhook(secretOf(3)).verify(received?.body ?? '', headers)).toThrow();
    expect(headers['authorization']).toBe('Bearer top-secret');
  });

  it('gets only what it asks for, in order, and nothing from before it existed', async () => {
    await push('v0');
    await serve(await one(", types: ['tag.*'], tags: ['v*']"));
    await clock.pass(0);
    await push('v1', 'latest', 'v2');
    await outbox.append([event('v3', 'manifest.deleted')]);
    await push('v4');
    await clock.pass(SECOND);

    expect(tagsOf(receiver)).toEqual(['v1', 'v2', 'v4']);
  });

  it('is tried again by the schedule with the same id, and then has a dead letter', async () => {
    receiver.answer = answering(500);
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(100 * HOUR);

    const delays = timesOf(receiver).map((at, index, all) => at - (all[index - 1] ?? 0));
    const hours = [2, 5, 10, 14, 20, 24].map((hour) => hour * HOUR);
    expect(delays).toEqual([0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, ...hours]);
    expect(new Set(receiver.bodies.map(({ id }) => id)).size).toBe(1);
    expect(counts.filter((line) => line.endsWith('dead'))).toHaveLength(1);
    const { state } = await reportOf(outbox, (await one())[0] as WebhookEndpoint, clock.now());
    expect(state.dead).toMatchObject([{ attempts: 10, result: 'the receiver answered 500' }]);
  });

  it('gets a dead letter again when somebody orders it', async () => {
    receiver.answer = answering(500);
    const served = await one();
    await serve(served);
    await clock.pass(0);
    await push('1.0', '1.1');
    await clock.pass(100 * HOUR);
    receiver.answer = answering(204);
    const before = receiver.received.length;
    const { state } = await reportOf(outbox, served[0] as WebhookEndpoint, clock.now());

    await leaveOrder(outbox, { endpoint: 'deploy', id: state.dead[0]?.event.id ?? '' });
    await serve(served);
    await clock.pass(SECOND);
    expect(tagsOf(receiver).slice(before)).toEqual(['1.0']);

    await leaveOrder(outbox, { endpoint: 'deploy' });
    await serve(served);
    await clock.pass(SECOND);
    expect(tagsOf(receiver).slice(before)).toEqual(['1.0', '1.1']);
    expect(await outbox.cursors.list()).toEqual(['webhook-deploy']);
  });

  it.each([
    [429, '120', 120 * SECOND],
    [503, '7200', 2 * HOUR],
  ])('is left alone as long as its %i with Retry-After says', async (status, header, rest) => {
    receiver.answer = answering(status, { 'Retry-After': header });
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(SECOND);
    receiver.answer = answering(204);
    await push('1.1');
    await clock.pass(rest - 2 * SECOND);
    expect(tagsOf(receiver)).toEqual(['1.0']);
    await clock.pass(2 * SECOND);

    expect(tagsOf(receiver)).toEqual(['1.0', '1.0', '1.1']);
    expect(timesOf(receiver)[1]).toBe(rest);
  });

  it('that says 410 gets nothing until the file changes, and then all of it', async () => {
    receiver.answer = answering(410);
    const served = await one();
    await serve(served);
    await clock.pass(0);
    await push('1.0');
    await clock.pass(SECOND);
    await push('1.1');
    await clock.pass(100 * HOUR);
    expect(tagsOf(receiver)).toEqual(['1.0']);
    await end();
    dispatcher = newDispatcher();
    await serve(served);
    await clock.pass(HOUR);
    expect(tagsOf(receiver)).toEqual(['1.0']);

    receiver.answer = answering(204);
    await serve(await one(", types: ['*']"));
    await clock.pass(SECOND);

    expect(tagsOf(receiver)).toEqual(['1.0', '1.0', '1.1']);
    expect(lines.join()).toContain('webhook deploy is off until the events file changes');
  });

  it('that does not answer is cut after 10 s', async () => {
    clock.mayHang = true;
    receiver.answer = () => undefined;
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(9_900);
    expect(counts).toEqual([]);
    await clock.pass(200);

    expect(counts).toEqual(['deploy failed']);
    expect(lines.join()).toContain('no whole answer within 10 s');
  });

  it('that sends its answer slowly is cut after 10 s', async () => {
    clock.mayHang = true;
    receiver.answer = (response) => void response.writeHead(200).write('.');
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(10_100);

    expect(counts).toEqual(['deploy failed']);
  });

  it('that redirects is not followed, but tried again', async () => {
    receiver.answer = answering(307, { Location: `${receiver.url}/elsewhere` });
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(SECOND);

    expect(receiver.received).toHaveLength(1);
    expect(counts).toEqual(['deploy failed']);
    expect(lines.join()).toContain('answered 307');
  });

  it('that closes idle connections gets the next event at once', async () => {
    receiver.answer = (response) => void response.writeHead(204).end();
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(SECOND);
    const { port } = receiver;
    await receiver[Symbol.asyncDispose]();
    receiver = await TestReceiver.start(() => clock.now(), port);
    await push('1.1');
    await clock.pass(SECOND);

    expect(tagsOf(receiver)).toEqual(['1.1']);
    expect(counts).toEqual(['deploy delivered', 'deploy delivered']);
  });

  it('gets later events while one of them fails again and again', async () => {
    receiver.answer = (response, { body }) =>
      void response.writeHead(body.includes('"bad"') ? 500 : 204).end();
    await serve(await one());
    await clock.pass(0);
    await push('a', 'bad', 'b', 'c');
    await clock.pass(SECOND);

    expect(tagsOf(receiver)).toEqual(['a', 'bad', 'b', 'c']);
  });
});

describe('a receiver that was down for 10 minutes', () => {
  it('gets all events, after a restart of the registry, and delays no other', async () => {
    await using other = await TestReceiver.start(() => clock.now());
    const { port } = receiver;
    const served = await endpoints(
      `name: down, url: '${receiver.url}', secretFile: secret`,
      `name: other, url: '${other.url}', secretFile: secret`,
    );
    await receiver[Symbol.asyncDispose]();
    await serve(served);
    await clock.pass(0);
    const pushedAt = new Map<string, number>();
    const tags = Array.from({ length: 20 }, (_, index) => `v${index}`);
    for (const [index, tag] of tags.entries()) {
      pushedAt.set(tag, clock.now());
      await push(tag);
      await clock.pass(30 * SECOND);
      if (index !== 10) continue;
      await end();
      dispatcher = newDispatcher();
      await serve(served);
    }
    expect(receiver.received).toEqual([]);
    receiver = await TestReceiver.start(() => clock.now(), port);
    await clock.pass(40 * MINUTE);

    expect(tagsOf(receiver).sort()).toEqual([...tags].sort());
    for (const { headers, body } of receiver.received) {
      // The times of the signatures are those of the test's clock, which is ahead.
      const signature = new Webhook(SECRET).sign(
        String(headers['webhook-id']),
        new Date(Number(headers['webhook-timestamp']) * 1_000),
        body,
      );
      expect(headers['webhook-signature']).toBe(signature);
    }
    expect(tagsOf(other)).toEqual(tags);
    const late = other.received.map(({ at }, index) => at - (pushedAt.get(`v${index}`) ?? 0));
    expect(Math.max(...late)).toBeLessThan(SECOND);
    expect(lines.filter((line) => line.includes('fails'))).toHaveLength(2);
  });

  it('does not fill the memory: what waits beyond a hundred stays in the outbox', async () => {
    receiver.answer = answering(503);
    const served = await one();
    await serve(served);
    await clock.pass(0);
    await push(...Array.from({ length: 1_000 }, (_, index) => `v${index}`));
    await clock.pass(4 * SECOND);

    expect(receiver.received.length).toBeLessThan(200);
    const report = await reportOf(outbox, served[0] as WebhookEndpoint, clock.now());
    expect(report.state.retries.length).toBe(100);
    expect(report.pending).toBe(1_000);
    receiver.answer = answering(204);
    await clock.pass(10 * MINUTE);
    for (let round = 0; round < 200 && new Set(tagsOf(receiver)).size < 1_000; round++) {
      await clock.pass(SECOND);
    }
    await clock.pass(2 * SECOND);
    const last = await reportOf(outbox, served[0] as WebhookEndpoint, clock.now());
    expect(new Set(tagsOf(receiver)).size).toBe(1_000);
    expect([last.pending, last.oldestSeconds]).toEqual([0, 0]);
  });
});

describe('the dispatcher', () => {
  it('delivers nothing and writes nothing after it lost its turn', async () => {
    let mayDeliver = true;
    dispatcher = newDispatcher(() => mayDeliver);
    await serve(await one());
    await clock.pass(0);
    await push('1.0');
    await clock.pass(2 * SECOND);
    const stored = await outbox.cursors.get('webhook-deploy');
    mayDeliver = false;
    clock.workers = 0;
    await push('1.1');
    await clock.pass(2 * SECOND);
    await end();

    expect(tagsOf(receiver)).toEqual(['1.0']);
    expect(await outbox.cursors.get('webhook-deploy')).toBe(stored);
  });

  it('forgets an endpoint that is no longer in the file', async () => {
    await serve(await one());
    await clock.pass(0);
    expect(await outbox.cursors.list()).toEqual(['webhook-deploy']);
    await serve([]);

    expect(await outbox.cursors.list()).toEqual([]);
  });

  it('writes no secret to the log', async () => {
    receiver.answer = answering(500);
    const url = `http://user:pass-word@127.0.0.1:${receiver.port}/hook?token=query-secret`;
    const rest = 'secretFile: secret, headersFile: headers';
    await serve(await endpoints(`name: deploy, url: '${url}', ${rest}`));
    await clock.pass(0);
    await push('1.0');
    await clock.pass(100 * HOUR);
    await writeFile(join(folder, 'secret'), 'whsec_broken');
    await push('1.1');
    await clock.pass(SECOND);

    expect(receiver.received[0]?.headers.authorization).toBe('Bearer top-secret');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join()).not.toMatch(/pass-word|query-secret|top-secret|whsec_[A-Za-z]/);
  });
});
