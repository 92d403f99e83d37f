import { randomBytes } from 'node:crypto';

import { expect, it } from '@jest/globals';

import { PartBuffer } from '../../../src/storage/postgres/uploads/part-buffer.js';

const PART = 200_000;

it.each([1, 7_000, 65_536, 199_999, 200_000, 200_001, 900_000])(
  'PartBuffer makes parts of chunks of %i bytes, in their order',
  (size) => {
    const bytes = randomBytes(size === 1 ? 250_000 : 1_100_000);
    const buffer = new PartBuffer();
    const parts: Buffer[] = [];
    for (let from = 0; from < bytes.byteLength; from += size) {
      const chunk = Buffer.from(bytes.subarray(from, from + size));
      buffer.push(chunk, PART);
      // Its memory is used again.
      chunk.fill(0);
      for (let part; (part = buffer.takePart(50_000)) !== undefined;) parts.push(part);
    }
    const rest = buffer.takeAll();

    expect(parts.every(({ byteLength }) => byteLength === PART)).toBe(true);
    expect(rest.byteLength >= 50_000 && rest.byteLength < PART + 50_000).toBe(true);
    expect(Buffer.concat([...parts, rest]).equals(bytes)).toBe(true);
    expect(buffer.size).toBe(0);
  },
);

it('PartBuffer uses the memory of a part again, but not before it was given back', () => {
  const bytes = randomBytes(10 * PART);
  const buffer = new PartBuffer();
  const given: Buffer[] = [];
  const sending: Buffer[] = [];
  const stored: Buffer[] = [];
  for (let from = 0; from < bytes.byteLength; from += 50_000) {
    buffer.push(bytes.subarray(from, from + 50_000), PART);
    const part = buffer.takePart(0);
    if (part !== undefined) sending.push(part);
    const oldest = sending.length === 3 ? sending.shift() : undefined;
    if (oldest === undefined) continue;
    stored.push(Buffer.from(oldest));
    given.push(oldest);
    buffer.giveBack(oldest);
  }
  const all = [...stored, ...sending, buffer.takeAll()];

  expect(Buffer.concat(all).equals(bytes)).toBe(true);
  expect(new Set(given.map((part) => part.buffer)).size).toBeLessThan(given.length);
});

it('PartBuffer makes larger parts from then on', () => {
  const bytes = randomBytes(1_500_000);
  const buffer = new PartBuffer();
  buffer.push(bytes.subarray(0, 500_000), PART);
  buffer.push(bytes.subarray(500_000), 2 * PART);

  const parts: Buffer[] = [];
  for (let part; (part = buffer.takePart(0)) !== undefined;) parts.push(part);
  const rest = buffer.takeAll();

  expect(Buffer.concat([...parts, rest]).equals(bytes)).toBe(true);
  expect(parts.map(({ byteLength }) => byteLength)).toEqual([PART, PART, PART, 2 * PART, 2 * PART]);
});
