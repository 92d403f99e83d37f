import { Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import { readTags, withBody } from '../../../src/client/bodies.js';
import { Subject } from '../../../src/client/failures.js';
import { type ResponseBody } from '../../../src/client/transport.js';
import { BodyMemory } from '../../../src/domain/body-memory.js';

const KIB = 1024;
const SUBJECT = new Subject('upstream.test', 'something');

const limitsOf = (maxBytes: number, memory = new BodyMemory(Infinity)) => ({ maxBytes, memory });

/** Returns a body whose bytes have all come. */
function bodyOf(bytes: Buffer): ResponseBody {
  return Readable.from([bytes]) as unknown as ResponseBody;
}

/** Counts the rounds of the event loop while `work` runs. */
async function countingRounds<T>(work: (round: () => number) => Promise<T>): Promise<T> {
  let round = 0;
  let next = setImmediate(function count() {
    round += 1;
    next = setImmediate(count);
  });
  try {
    return await work(() => round);
  } finally {
    clearImmediate(next);
  }
}

/** Reads bodies of this size, and resolves to the round of the event loop in which each was given. */
function roundsOf(size: number): Promise<number[]> {
  return countingRounds((round) => {
    const read = (): Promise<number> =>
      withBody(bodyOf(Buffer.alloc(size)), limitsOf(size), SUBJECT, (bytes) => {
        expect(bytes).toHaveLength(size);
        return round();
      });
    return Promise.all(Array.from({ length: 5 }, read));
  });
}

describe('large bodies of another registry', () => {
  it('are given one in each round of the event loop, because each is parsed at once', async () => {
    expect(new Set(await roundsOf(300 * KIB)).size).toBe(5);
  });

  it('are given one after the other, because what is made of them takes memory', async () => {
    let [running, most] = [0, 0];
    const use = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
    };
    const body = (): ResponseBody => bodyOf(Buffer.alloc(300 * KIB));

    await Promise.all(
      Array.from({ length: 5 }, () => withBody(body(), limitsOf(300 * KIB), SUBJECT, use)),
    );

    expect(most).toBe(1);
  });

  it('wait for no turn if they are small', async () => {
    expect(new Set(await roundsOf(10 * KIB)).size).toBe(1);
  });

  it('take memory until they were used, and are refused without any', async () => {
    const memory = new BodyMemory(500 * KIB);
    const read = (use: () => void = () => undefined): Promise<void> =>
      withBody(bodyOf(Buffer.alloc(400 * KIB)), limitsOf(400 * KIB, memory), SUBJECT, use);

    const refused = await read(() => expect(() => memory.requireRoom(400 * KIB)).toThrow()).then(
      () => Promise.allSettled([read(), read()]),
    );

    expect(refused.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { kind: 'too-many-requests' } },
    ]);
    await read();
  });
});

describe('tags of another registry', () => {
  it('are read with other work in between', async () => {
    const extra = `"manifest":{${Array.from({ length: 60_000 }, (_, at) => `"sha256:${at}":{"tag":["x"]}`).join(',')}}`;
    const bytes = Buffer.from(`{"name":"app",${extra},"tags":["a","b"]}`);

    const rounds = await countingRounds(async (round) => {
      expect(await readTags(bodyOf(bytes), limitsOf(2 ** 24), SUBJECT)).toEqual(['a', 'b']);
      return round();
    });

    expect(rounds).toBeGreaterThanOrEqual(Math.floor(bytes.byteLength / (64 * KIB)));
  });

  it('are refused if they are too many for one list, or for the memory', async () => {
    const many = (count: number): Buffer =>
      Buffer.from(JSON.stringify({ tags: Array.from({ length: count }, (_, at) => `t${at}`) }));

    await expect(readTags(bodyOf(many(120_000)), limitsOf(2 ** 24), SUBJECT)).rejects.toMatchObject(
      { kind: 'wrong' },
    );
    const memory = new BodyMemory(1024 ** 2);
    await expect(
      readTags(bodyOf(many(90_000)), limitsOf(2 ** 24, memory), SUBJECT),
    ).rejects.toMatchObject({ kind: 'too-many-requests' });
    expect(await readTags(bodyOf(many(9_000)), limitsOf(2 ** 24, memory), SUBJECT)).toHaveLength(
      9_000,
    );
  });
});
