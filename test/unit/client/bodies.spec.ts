import { Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { readBody } from '../../../src/client/bodies.js';
import { Subject } from '../../../src/client/failures.js';
import { type ResponseBody } from '../../../src/client/transport.js';

const KIB = 1024;

/** Reads bodies of this size that have all come, and resolves to the round of the event loop in which each was given. */
async function roundsOf(size: number): Promise<number[]> {
  let round = 0;
  let next = setImmediate(function count() {
    round += 1;
    next = setImmediate(count);
  });
  const subject = new Subject('upstream.test', 'something');
  const read = async (): Promise<number> => {
    const body = Readable.from([Buffer.alloc(size)]) as unknown as ResponseBody;
    expect(await readBody(body, size, subject)).toHaveLength(size);
    return round;
  };
  const rounds = await Promise.all(Array.from({ length: 5 }, read));
  clearImmediate(next);
  return rounds;
}

describe('large bodies of another registry', () => {
  it('are given one in each round of the event loop, because each is parsed at once', async () => {
    expect(new Set(await roundsOf(300 * KIB)).size).toBe(5);
  });

  it('wait for no turn if they are small', async () => {
    expect(new Set(await roundsOf(10 * KIB)).size).toBe(1);
  });
});
