import { setImmediate, setTimeout } from 'node:timers/promises';

import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';

import {
  createTestRegistry,
  image,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../src/exports/testing.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';

const open: TestRegistry[] = [];

async function start(options?: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await createTestRegistry(options);
  open.push(registry);
  return registry;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

describe('a test registry', () => {
  it('is reachable at its url and host, on a free port', async () => {
    const registry = await start();

    const response = await fetch(`${registry.url}/v2/`);

    expect(response.status).toBe(200);
    expect(registry.host).toBe(`localhost:${registry.port}`);
    expect(registry.url).toBe(`http://127.0.0.1:${registry.port}`);
  });

  it('shares nothing with another one', async () => {
    const [one, other] = await Promise.all([start(), start()]);

    await one.push('team/app:1.0', image());

    expect(await one.has('team/app:1.0')).toBe(true);
    expect(await other.has('team/app:1.0')).toBe(false);
    await fetch(`${one.url}/v2/`);
    expect([one.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  it('is ready within a tenth of a second, after the first one', async () => {
    await start();
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const begin = performance.now();
      await start();
      times.push(performance.now() - begin);
    }

    // Takes the least, because other processes may use the CPU.
    expect(Math.min(...times)).toBeLessThan(100);
  });

  it('rejects a push beyond maxBytes', async () => {
    const registry = await start({ maxBytes: 100 });

    await expect(registry.push('team/app:1.0', image())).rejects.toMatchObject({
      kind: 'storage-full',
    });
  });

  it('has the given settings, and none of the environment', async () => {
    const registry = await start({ settings: { REGISTRY_MAX_MANIFEST_BYTES: '1KiB' } });

    const response = await fetch(`${registry.url}/v2/team/app/manifests/1.0`, {
      method: 'PUT',
      body: 'x'.repeat(2000),
    });

    expect(response.status).toBe(413);
  });

  it.each(['REGISTRY_PROT', 'REGISTRY_STORAGE_PATH', 'REGISTRY_SEED_PATH', 'REGISTRY_WORKERS'])(
    'rejects %s, which would have no effect',
    async (name) => {
      await expect(start({ settings: { [name]: '1' } })).rejects.toThrow(name);
    },
  );

  it('reports the port on which it could not listen', async () => {
    const { port } = await start();

    await expect(start({ port })).rejects.toThrow('EADDRINUSE');
  });

  it('can serve clients on other machines', async () => {
    const registry = await start({ host: '0.0.0.0' });

    expect(registry.host).toBe(`localhost:${registry.port}`);
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200);
  });

  it('does not change the logger of other Nest applications, or write to it', async () => {
    const lines: unknown[] = [];
    const logger = new ConsoleLogger();
    logger.log = (message) => lines.push(message);
    Logger.overrideLogger(logger);
    try {
      const registry = await start();
      await fetch(`${registry.url}/v2/`);
      new Logger('theirs').log('a line');
    } finally {
      Logger.overrideLogger(false);
    }

    expect(lines).toEqual(['a line']);
  });
});

describe('reset', () => {
  it('empties the registry at the same address', async () => {
    const registry = await start();
    const { url } = registry;
    await registry.push('team/app:1.0', image());
    registry.fault({ status: 503 });
    await fetch(`${url}/v2/team/app/tags/list`);

    await registry.reset();

    expect(registry.requests).toEqual([]);
    const response = await fetch(`${url}/v2/team/app/tags/list`);
    expect(response.status).toBe(404);
    expect(await (await fetch(`${url}/v2/_catalog`)).json()).toEqual({ repositories: [] });
    await registry.push('team/app:2.0', image());
    expect(await (await fetch(`${url}/v2/team/app/tags/list`)).json()).toEqual({
      name: 'team/app',
      tags: ['2.0'],
    });
  });

  it('frees the used bytes', async () => {
    const registry = await start({ maxBytes: 8_000 });

    for (let round = 0; round < 5; round++) {
      await registry.push('team/app:1.0', image());
      await registry.reset();
    }
  });

  it('does not wait: a delayed request is cut, and does not appear in the next test', async () => {
    const registry = await start();
    const fault = registry.fault({ delayMs: 60_000, times: 1 });
    const answer = fetch(`${registry.url}/v2/`).then(
      () => 'answered',
      () => 'cut off',
    );
    while (fault.used === 0) await setImmediate();

    await registry.reset();

    expect(await answer).toBe('cut off');
    expect(registry.requests).toEqual([]);
  });

  it('cuts a push in progress', async () => {
    const registry = await start();
    const fault = registry.fault({ cutUploadAfter: 1_000 });
    const pieces = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(10)) });
    const push = fetch(`${registry.url}/v2/team/app/manifests/1.0`, {
      method: 'PUT',
      body: pieces,
      duplex: 'half',
    }).catch(() => 'cut off');
    while (fault.used === 0) await setImmediate();

    await registry.reset();

    expect(await push).toBe('cut off');
    expect(registry.requests).toEqual([]);
  });

  it('ends a waitFor in progress', async () => {
    const registry = await start();
    const waiting = registry.waitFor({ operation: 'ping' });

    await registry.reset();

    await expect(waiting).rejects.toThrow('reset');
  });

  it('closes every storage that it opened, also during another reset or a close', async () => {
    const events: string[] = [];
    const storage = async () => {
      await setTimeout(5);
      events.push('open');
      const close = () => Promise.resolve(events.push('close')).then(() => undefined);
      return Object.assign(createMemoryStorage({ maxBytes: 1_000_000 }), { close });
    };
    const registry = await start({ storage });

    await Promise.all([registry.reset(), registry.reset()]);
    const last = registry.reset();
    await registry.close();
    await last;

    expect(events).toEqual(['open', 'close', 'open', 'close', 'open', 'close', 'open', 'close']);
    await expect(registry.reset()).rejects.toThrow('closed');
  });

  it('opens a new storage of the given kind, and closes the previous one', async () => {
    const events: string[] = [];
    const storage = () => {
      events.push('open');
      const close = () => Promise.resolve(events.push('close')).then(() => undefined);
      return Object.assign(createMemoryStorage({ maxBytes: 1_000_000 }), { close });
    };
    const registry = await start({ storage });
    await registry.push('team/app:1.0', image());

    await registry.reset();
    expect(await registry.has('team/app:1.0')).toBe(false);
    await registry.close();

    expect(events).toEqual(['open', 'close', 'open', 'close']);
  });
});

describe('close', () => {
  it('ends idle connections and delayed requests at once', async () => {
    const registry = await start();
    await fetch(`${registry.url}/v2/`);
    const fault = registry.fault({ delayMs: 60_000 });
    const answer = fetch(`${registry.url}/v2/`).catch(() => 'cut off');
    while (fault.used === 0) await setImmediate();

    const begin = performance.now();
    await registry.close();

    expect(performance.now() - begin).toBeLessThan(500);
    expect(await answer).toBe('cut off');
    await expect(fetch(`${registry.url}/v2/`)).rejects.toThrow();
  });

  it('leaves no open handle', async () => {
    const servers = async () => {
      // Node releases closed handles within a few turns.
      await setTimeout(20);
      return process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    };
    const before = await servers();
    const registry = await start();
    await (await fetch(`${registry.url}/v2/`)).text();

    await registry.close();

    expect(await servers()).toBe(before);
  });

  it('can be called again, and by await using', async () => {
    const registry = await start();
    await registry.close();
    await registry.close();
    await registry[Symbol.asyncDispose]();
  });
});
