import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { createBerthClient } from '../../../src/api/client/berth-client.js';
import { messagesOf } from '../../../src/api/client/event-messages.js';
import {
  eventsOf,
  EventsMissed,
  type EventOptions,
} from '../../../src/api/client/registry-events.js';
import { GuardedRegistry, passwordOf } from '../../support/access.js';
import { TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

let registry: TestRegistry;
let ending: AbortController;
beforeEach(async () => {
  registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
  ending = new AbortController();
});
afterEach(async () => {
  ending.abort();
  await registry.stop();
});

/** Collects the tags of events until the test ends. */
function follow(options: EventOptions = {}, fetch?: (request: Request) => Promise<Response>) {
  const url = `http://127.0.0.1:${registry.port}`;
  const client = createBerthClient({ url, ...(fetch && { fetch }) });
  const tags: string[] = [];
  const over = (async () => {
    const { signal } = ending;
    for await (const event of eventsOf(client, { types: ['tag.*'], ...options, signal })) {
      if ('tag' in event.data) tags.push(event.data.tag ?? '');
    }
  })();
  return { tags, over };
}

describe('the events of a client', () => {
  it('are yielded as they happen, until the signal aborts', async () => {
    const { tags, over } = follow();
    await delay(100);
    await registry.pushImage('team/app', '1.0');
    await registry.pushImage('team/app', '1.1');
    await until(() => tags.length === 2);
    ending.abort();
    await over;

    expect(tags).toEqual(['1.0', '1.1']);
  });

  it('continue after an interruption, without a gap and without a repetition', async () => {
    const cuts: (() => void)[] = [];
    const connections: boolean[] = [];
    const onConnection = (isOpen: boolean): void => void connections.push(isOpen);
    const { tags } = follow({ onConnection }, async (request) => {
      const response = await fetch(request);
      const cut = new AbortController();
      cuts.push(() => cut.abort());
      return new Response(
        response.body?.pipeThrough(new TransformStream(), { signal: cut.signal }) ?? null,
        response,
      );
    });
    await delay(100);
    await registry.pushImage('team/app', '1.0');
    await until(() => tags.length === 1);
    cuts[0]?.();
    await registry.pushImage('team/app', '1.1');
    await until(() => cuts.length === 2);
    await registry.pushImage('team/app', '1.2');
    await until(() => tags.length === 3);

    expect(tags).toEqual(['1.0', '1.1', '1.2']);
    expect(connections).toEqual([true, false, true]);
  });

  it('are over when nothing comes for a time', async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
    });
    const messages = [];
    for await (const { data } of messagesOf(body, 50)) messages.push(data);

    expect(messages).toEqual(['1']);
  });

  it('fail if events are missing', async () => {
    const { over } = follow({ after: '01KB8Q5M0T0000W4V9TX2N7KQE' });
    await expect(over).rejects.toThrow(EventsMissed);
  });

  it('fail if a pattern or the login is wrong, and wait if the registry is busy', async () => {
    await expect(follow({ types: ['tag.made'] }).over).rejects.toMatchObject({ status: 400 });
    const guarded = await GuardedRegistry.start(
      ['alice'],
      'rules: [{ repositories: ["**"], who: [alice], can: [pull] }]',
    );
    const url = `http://127.0.0.1:${guarded.registry.port}`;
    const client = createBerthClient({ url, login: { name: 'eve', password: passwordOf('eve') } });
    await expect(eventsOf(client).next()).rejects.toMatchObject({ status: 401 });
    await guarded.stop();
    let asked = 0;
    const { tags } = follow({}, (request) =>
      asked++ === 0 ? Promise.resolve(new Response('', { status: 503 })) : fetch(request),
    );
    await until(() => asked === 2);
    await delay(100);
    await registry.pushImage('team/app', '1.0');
    await until(() => tags.length === 1);
  });

  it('are read from chunks of any size, and from lines of comments and several lines of data', async () => {
    const text =
      'retry: 2000\n\n:\n\nid: a\ndata: {"ä":1}\n\nevent: missed\ndata: x\ndata: y\n\ndata: cut';
    const bytes = new TextEncoder().encode(text);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const messages = [];
    for await (const message of messagesOf(body)) messages.push(message);

    expect(messages).toEqual([
      { id: 'a', name: undefined, data: '{"ä":1}' },
      { id: undefined, name: 'missed', data: 'x\ny' },
    ]);
  });
});
