import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { KeyedQueue } from '../../../src/storage/filesystem/disk/keyed-queue.js';

describe('KeyedQueue', () => {
  it('runs work of one key in order, one at a time', async () => {
    const queue = new KeyedQueue();
    const events: string[] = [];
    const work = (name: string, ms: number) =>
      queue.run('key', async () => {
        events.push(`${name} begins`);
        await delay(ms);
        events.push(`${name} ends`);
        return name;
      });

    expect(await Promise.all([work('one', 20), work('two', 0)])).toEqual(['one', 'two']);
    expect(events).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  });

  it('runs work of different keys in parallel', async () => {
    const queue = new KeyedQueue();
    let release = (): void => undefined;
    const held = queue.run('held', () => new Promise<void>((resolve) => (release = resolve)));

    expect(await queue.run('free', () => Promise.resolve('done'))).toBe('done');

    release();
    await held;
  });

  it('continues after work that failed, and rejects only for its caller', async () => {
    const queue = new KeyedQueue();
    const failing = queue.run('key', () => Promise.reject(new Error('failed')));
    const next = queue.run('key', () => Promise.resolve('done'));

    await expect(failing).rejects.toThrow('failed');
    expect(await next).toBe('done');
    expect(await queue.run('key', () => Promise.resolve('later'))).toBe('later');
  });
});
