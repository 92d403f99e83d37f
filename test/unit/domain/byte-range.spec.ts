import { describe, expect, it } from '@jest/globals';

import {
  MAX_RANGES,
  parseChunkRange,
  parseRangeHeader,
  rangeLength,
} from '../../../src/domain/byte-range.js';
import { elapsed } from '../../support/elapsed.js';

const SIZE = 2_048;
const UNSATISFIABLE = { kind: 'range-unsatisfiable', detail: { size: SIZE } };

describe('parseRangeHeader', () => {
  it.each([
    { header: 'bytes=0-0', expected: [[0, 0]] },
    { header: 'bytes=500-1499', expected: [[500, 1_499]] },
    { header: 'bytes=500-', expected: [[500, 2_047]] },
    { header: 'bytes=-500', expected: [[1_548, 2_047]] },
    { header: 'bytes=2000-5000', expected: [[2_000, 2_047]] },
    { header: 'bytes=-5000', expected: [[0, 2_047]] },
    { header: 'bytes=0-', expected: [[0, 2_047]] },
    { header: 'BYTES=1-2', expected: [[1, 2]] },
    { header: '  bytes = 1-2 ,  5-6  ', expected: [[1, 2], [5, 6]] }, // prettier-ignore
    { header: 'bytes=,1-2,,', expected: [[1, 2]] },
    { header: 'bytes=0000000000000001-2', expected: [[1, 2]] },
    { header: `bytes=1-${'9'.repeat(400)}`, expected: [[1, 2_047]] },
    { header: `bytes=-${'9'.repeat(400)}`, expected: [[0, 2_047]] },
    { header: 'bytes=1-9007199254740993', expected: [[1, 2_047]] },
  ])('reads "$header"', ({ header, expected }) => {
    expect(pairs(parseRangeHeader(header, SIZE))).toEqual(expected);
  });

  it.each([
    { name: 'in the order of the header', header: 'bytes=20-29,0-9', expected: [[20, 29], [0, 9]] }, // prettier-ignore
    { name: 'that overlap as they are', header: 'bytes=0-10,5-20', expected: [[0, 10], [5, 20]] }, // prettier-ignore
    { name: 'that touch as they are', header: 'bytes=0-9,10-19', expected: [[0, 9], [10, 19]] }, // prettier-ignore
    { name: 'with a suffix', header: 'bytes=-10,2000-2030', expected: [[2_038, 2_047], [2_000, 2_030]] }, // prettier-ignore
    { name: 'that add up to all of the content', header: 'bytes=1024-,0-1023', expected: [[1_024, 2_047], [0, 1_023]] }, // prettier-ignore
    { name: 'without the ranges that have no byte', header: 'bytes=9999-,3-4,7-5,-0', expected: [[3, 4]] }, // prettier-ignore
  ])('returns the ranges $name', ({ header, expected }) => {
    expect(pairs(parseRangeHeader(header, SIZE))).toEqual(expected);
  });

  it.each([
    '',
    'bytes',
    'bytes=',
    'bytes= , ,',
    'bytes=-',
    'bytes=--5',
    'bytes=a-b',
    'bytes=1-2-3',
    'bytes=1 2-3',
    'bytes=+1-2',
    'bytes=1.5-2',
    'bytes=0x1-0x2',
    'bytes=1-2;3-4',
    'bytes=1-2,x',
    'bytes:1-2',
    'items=1-2',
    'bytes=\u0661-\u0662',
  ])('returns undefined for "%s", which a server must ignore', (header) => {
    expect(parseRangeHeader(header, SIZE)).toBeUndefined();
  });

  it.each([
    'bytes=2048-',
    'bytes=5000-10000',
    'bytes=500-0',
    'bytes=-0',
    'bytes=9007199254740993-',
    `bytes=${'9'.repeat(400)}-`,
    'bytes=5000-,6000-,-0',
  ])('throws range-unsatisfiable for "%s"', (header) => {
    expect(() => parseRangeHeader(header, SIZE)).toThrow(expect.objectContaining(UNSATISFIABLE));
  });

  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-5'])(
    'throws range-unsatisfiable for "%s" of empty content',
    (header) => {
      expect(() => parseRangeHeader(header, 0)).toThrow(
        expect.objectContaining({ kind: 'range-unsatisfiable', detail: { size: 0 } }),
      );
    },
  );

  it('returns undefined for more than MAX_RANGES ranges: then all content is sent', () => {
    const header = (count: number): string => `bytes=${Array(count).fill('0-0').join(',')}`;

    expect(parseRangeHeader(header(MAX_RANGES), SIZE)).toHaveLength(1_024);
    expect(parseRangeHeader(header(MAX_RANGES + 1), SIZE)).toBeUndefined();
  });

  it('returns undefined for ranges that add up to more than the content', () => {
    expect(parseRangeHeader('bytes=0-2047,0-0', SIZE)).toBeUndefined();
    expect(parseRangeHeader('bytes=0-,0-', SIZE)).toBeUndefined();
  });

  it.each([
    { name: 'blanks', header: `bytes=${' '.repeat(60_000)}x` },
    { name: 'blanks before the sign', header: `bytes${' '.repeat(60_000)}x` },
    { name: 'commas', header: `bytes=${','.repeat(60_000)}x` },
    { name: 'digits', header: `bytes=${'1'.repeat(60_000)}x` },
    { name: 'dashes', header: `bytes=${'-'.repeat(60_000)}` },
  ])('takes linear time for a header full of $name', ({ header }) => {
    expect(elapsed(() => parseRangeHeader(header, SIZE))).toBeLessThan(200);
  });
});

describe('rangeLength', () => {
  it('counts the first and the last byte', () => {
    expect(rangeLength({ start: 5, end: 5 })).toBe(1);
    expect(rangeLength({ start: 500, end: 1_499 })).toBe(1_000);
  });
});

describe('parseChunkRange', () => {
  it.each([
    { header: '0-1023', start: 0, end: 1_023 },
    { header: '5-5', start: 5, end: 5 },
    { header: ' 0-1 ', start: 0, end: 1 },
    { header: 'bytes 0-1023/2048', start: 0, end: 1_023 },
    { header: 'bytes 0-1023/*', start: 0, end: 1_023 },
    { header: 'bytes=0-1023', start: 0, end: 1_023 },
    { header: '0-999999999999999', start: 0, end: 999_999_999_999_999 },
  ])('reads "$header"', ({ header, start, end }) => {
    expect(parseChunkRange(header)).toEqual({ start, end });
  });

  it.each([
    '',
    '-',
    '0',
    '0-',
    '-1',
    '1-0',
    'a-b',
    '0-1-2',
    '0--1',
    '-1-0',
    '0 - 1',
    '0-1,2-3',
    '0-9007199254740993',
    '1e2-1e3',
    '0-1/x',
    'bytes */5',
    'items 0-1',
    '0-1\n2-3',
  ])('refuses "%s"', (header) => {
    expect(() => parseChunkRange(header)).toThrow(
      expect.objectContaining({ kind: 'upload-invalid' }),
    );
  });

  it('repeats only the beginning of an invalid header in its error', () => {
    try {
      parseChunkRange('x'.repeat(100_000));
      throw new Error('it was accepted');
    } catch (error) {
      expect(JSON.stringify(error).length).toBeLessThan(1_000);
      expect(error).toMatchObject({ kind: 'upload-invalid' });
    }
  });
});

function pairs(ranges: { start: number; end: number }[] | undefined): number[][] | undefined {
  return ranges?.map(({ start, end }) => [start, end]);
}
