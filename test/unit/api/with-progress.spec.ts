import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { withProgress } from '../../../src/api/manifests/with-progress.js';
import { RegistryError } from '../../../src/domain/errors.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* slowly(ms: number, error?: Error): AsyncGenerator<string> {
  await delay(ms);
  if (error !== undefined) throw error;
  yield 'a';
  yield 'b';
}

describe('the progress of some work', () => {
  it('comes before the first item, and all items follow', async () => {
    const lines = await collect(withProgress(slowly(120), () => ({ read: 1 }), 20));

    expect(lines.length).toBeGreaterThan(2);
    expect(lines[0]).toEqual({ progress: { read: 1 } });
    expect(lines.slice(-2)).toEqual(['a', 'b']);
  });

  it('is left out if the items come at once, or nothing is known', async () => {
    expect(await collect(withProgress(slowly(0), () => ({ read: 1 }), 500))).toEqual(['a', 'b']);
    expect(await collect(withProgress(slowly(50), () => undefined, 10))).toEqual(['a', 'b']);
  });

  it('ends with the failure as a line, because the answer has begun', async () => {
    const error = new RegistryError('request-malformed', 'the layer is damaged');

    const lines = await collect(withProgress(slowly(60, error), () => ({ read: 1 }), 10));

    expect(lines.at(-1)).toEqual({ failed: 'the layer is damaged' });
  });

  it('throws a failure before the first line', async () => {
    const error = new RegistryError('request-malformed', 'the layer is damaged');

    await expect(collect(withProgress(slowly(0, error), () => ({}), 500))).rejects.toBe(error);
  });
});
