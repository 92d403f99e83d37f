import { describe, expect, it } from '@jest/globals';

import {
  agoText,
  bytesText,
  countOf,
  countText,
  shortDigest,
} from '../../../console/src/parts/format.js';

describe('texts of the console', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 KiB'],
    [1_536, '1.5 KiB'],
    [102_400, '100 KiB'],
    [1_048_570, '1.0 MiB'],
    [5 * 1024 ** 3, '5.0 GiB'],
    [3 * 1024 ** 6, '3072 PiB'],
  ])('show %i bytes as %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    [0, 'just now'],
    [-20, 'just now'],
    [59, 'just now'],
    [60, '1 minute ago'],
    [7_199, '1 hour ago'],
    [86_400 * 3, '3 days ago'],
    [86_400 * 40, '1 month ago'],
    [86_400 * 800, '2 years ago'],
    [-45, 'in a moment'],
    [-86_400 * 3, 'in 3 days'],
  ])('show %i seconds before now as %s', (seconds, text) => {
    expect(agoText(1_000_000_000_000 - seconds * 1_000, 1_000_000_000_000)).toBe(text);
  });

  it('count things', () => {
    expect(countText(12_034)).toBe('12,034');
    expect(countOf(1, 'tag')).toBe('1 tag');
    expect(countOf(0, 'tag')).toBe('0 tags');
    expect(countOf(2, 'repository', 'repositories')).toBe('2 repositories');
  });

  it('shorten digests of any algorithm', () => {
    expect(shortDigest(`sha512:${'ab'.repeat(64)}`)).toBe('sha512:abababababab');
  });
});
