import { setTimeout as delay } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { GrowingBlob } from '../../../../src/mirror/flights/growing-blob.js';

const MIB = 1024 ** 2;

/** An upload that grows as a test says, and counts how often it was read. */
class Growing {
  written = 0;
  reads = 0;

  async *read({ start, end }: { start: number; end: number }): AsyncGenerator<Buffer> {
    this.reads += 1;
    yield Buffer.alloc(end + 1 - start);
    await Promise.resolve();
  }
}

describe('a blob that grows by many small parts', () => {
  it('is given from its first part on at once, and later by few reads', async () => {
    const source = new Growing();
    const blob = new GrowingBlob(MIB, source, () => Promise.resolve(undefined));
    const bytes = blob
      .open()
      .read({ start: 0, end: MIB - 1 })
      [Symbol.asyncIterator]();
    const grow = (part: number): void => {
      source.written += part;
      blob.grew();
    };

    const first = bytes.next();
    grow(1_000);
    // Without a wait for more.
    expect((await Promise.race([first, delay(0)]))?.value).toHaveLength(1_000);

    let got = 1_000;
    const rest = (async () => {
      while (got < 200_000) got += ((await bytes.next()).value as Uint8Array).byteLength;
    })();
    for (let part = 0; part < 199; part++) {
      await new Promise(setImmediate);
      grow(1_000);
    }
    await rest;

    expect(got).toBe(200_000);
    expect(source.reads).toBeLessThan(40);
    await bytes.return?.();
  });
});
