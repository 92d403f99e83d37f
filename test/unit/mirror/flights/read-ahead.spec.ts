import { expect, it } from '@jest/globals';

import { readAhead } from '../../../../src/mirror/flights/read-ahead.js';
import { pause } from '../../../../src/storage/contract/fixtures.js';

const MIB = 1024 ** 2;

/** Returns a source of these chunks, and how many were asked for. */
function sourceOf(chunks: readonly Buffer[], error?: Error) {
  const seen = { asked: 0, ended: false };
  async function* source(): AsyncGenerator<Buffer> {
    try {
      for (const chunk of chunks) {
        seen.asked += 1;
        await Promise.resolve();
        yield chunk;
      }
      if (error !== undefined) throw error;
    } finally {
      seen.ended = true;
    }
  }
  return { source: source(), seen };
}

const letters = (text: string) => Array.from(text, (letter) => Buffer.from(letter));

it('reads on while a chunk is used, and gives what came meanwhile as one', async () => {
  const { source } = sourceOf(letters('abcdef'));
  const chunks: string[] = [];

  for await (const chunk of readAhead(source)) {
    chunks.push(Buffer.from(chunk).toString());
    await pause(10);
  }

  expect(chunks).toEqual(['a', 'bcdef']);
});

it('reads no more than 1 MiB ahead', async () => {
  const { source, seen } = sourceOf(Array.from({ length: 10 }, () => Buffer.alloc(MIB / 2)));
  const reader = readAhead(source);

  await reader.next();
  await pause(20);

  expect(seen.asked).toBeLessThanOrEqual(4);
  let rest = 0;
  for await (const chunk of reader) rest += chunk.byteLength;
  expect(rest).toBeGreaterThan(4 * MIB);
});

it('gives all bytes before an error', async () => {
  const { source } = sourceOf(letters('abc'), new Error('reset'));
  const got: string[] = [];

  const reading = async (): Promise<void> => {
    for await (const chunk of readAhead(source)) {
      got.push(Buffer.from(chunk).toString());
      await pause(5);
    }
  };

  await expect(reading()).rejects.toThrow('reset');
  expect(got.join('')).toBe('abc');
});

it('ends the source when its reader leaves', async () => {
  const { source, seen } = sourceOf(letters('abc'));

  for await (const chunk of readAhead(source)) {
    expect(chunk).toHaveLength(1);
    break;
  }
  await pause(5);

  expect(seen.ended).toBe(true);
});
