import { describe, expect, it } from '@jest/globals';

import { goalsTable, parseLink, speedText } from '../../../bench/goals.js';

/** Returns the cells of the only row. */
function rowOf(goal: Parameters<typeof goalsTable>[0][number]): string[] {
  const line = goalsTable([goal]).split('\n').at(-1) ?? '';
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('a goal', () => {
  it('is judged by the median of the rounds, and has their spread', () => {
    expect(rowOf({ what: 'cold', ratios: [0.5, 0.9, 0.85], atLeast: 0.8 })).toEqual([
      'cold',
      '0.85',
      '0.50–0.90',
      'at least 0.8',
      'met',
    ]);
  });

  it('is missed below the least value', () => {
    expect(rowOf({ what: 'cold', ratios: [0.79], atLeast: 0.8 }).at(-1)).toBe('missed');
    expect(rowOf({ what: 'cold', ratios: [0.8], atLeast: 0.8 }).at(-1)).toBe('met');
  });

  it('is missed above the greatest value', () => {
    expect(rowOf({ what: 'warm', ratios: [1.04], atMost: 1.03 }).at(-1)).toBe('missed');
    expect(rowOf({ what: 'warm', ratios: [1.03], atMost: 1.03 }).at(-1)).toBe('met');
  });

  it('is missed if nothing was measured', () => {
    expect(rowOf({ what: 'warm', ratios: [NaN], atMost: 1.03 }).at(-1)).toBe('missed');
    expect(rowOf({ what: 'cold', ratios: [], atLeast: 0.8 }).at(-1)).toBe('missed');
  });

  it('can be absent, for a figure that is only shown', () => {
    expect(rowOf({ what: 'loopback', ratios: [0.5] })).toEqual([
      'loopback',
      '0.50',
      '0.50–0.50',
      'none',
      '',
    ]);
  });
});

describe('the speed of a link', () => {
  it.each([
    ['119MiB/s', 119 * 2 ** 20],
    ['1.5GiB/s', 1.5 * 2 ** 30],
    ['512KiB/s', 512 * 2 ** 10],
  ])('is read from %s', (text, bytes) => {
    expect(parseLink(text)).toBe(bytes);
  });

  it.each(['119', '119MB/s', '0MiB/s', '-1MiB/s', '1GiB', ''])('is refused: %s', (text) => {
    expect(() => parseLink(text)).toThrow('allowed: a speed such as 119MiB/s');
  });

  it('is shown in MiB', () => {
    const [least, median, most] = [2 ** 20, 2 * 2 ** 20, 3 * 2 ** 20];
    expect(speedText({ least, median, most })).toBe('2.00 MiB/s (1.00–3.00)');
  });
});
