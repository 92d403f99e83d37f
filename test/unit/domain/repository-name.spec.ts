import { describe, expect, it } from '@jest/globals';

import {
  parseRepositoryName,
  tryParseRepositoryName,
} from '../../../src/domain/repository-name.js';
import { elapsed } from '../../support/elapsed.js';

describe('parseRepositoryName', () => {
  it.each([
    'a',
    '0',
    'library/ubuntu',
    'a/b/c/d/e',
    'a.b',
    'a_b',
    'a__b',
    'a-b',
    'a-----b',
    'a.b_c__d-e/f',
    '127.0.0.1',
    'a/tags/list',
    'blobs/uploads',
    'constructor',
    'x'.repeat(255),
    `${'a/'.repeat(127)}a`,
  ])('reads %s', (text) => {
    expect(parseRepositoryName(text)).toBe(text);
  });

  it.each([
    '',
    '/',
    '.',
    '..',
    '-',
    '_',
    'A',
    'Library/ubuntu',
    '/a',
    'a/',
    'a//b',
    'a/./b',
    'a/../b',
    '../a',
    '.a',
    'a.',
    '-a',
    'a-',
    '_a',
    'a_',
    'a..b',
    'a___b',
    'a._b',
    'a-.b',
    'a-_b',
    'a/-b',
    'a/b-',
    'a b',
    ' a',
    'a ',
    'a\n',
    'a\nb',
    'a\u0000b',
    'a\\b',
    'a:b',
    'a@b',
    'a%2Fb',
    'a,b',
    'a+b',
    'é',
    '\u0430',
    '\u{1f6a2}',
    '_catalog',
    '__proto__',
    'x'.repeat(256),
    `${'a/'.repeat(127)}aa`,
  ])('refuses %j', (text) => {
    expect(tryParseRepositoryName(text)).toBeUndefined();
    expect(() => parseRepositoryName(text)).toThrow(
      expect.objectContaining({ kind: 'name-invalid' }),
    );
  });

  it.each([
    { name: '254 letters and an invalid end', text: `${'a'.repeat(254)}!` },
    { name: 'separators without end', text: `a${'-'.repeat(254)}` },
    { name: 'letters and dashes in turn', text: `${'a-'.repeat(127)}!` },
    { name: 'letters and underscores in turn', text: `${'a__'.repeat(84)}!` },
    { name: 'single letters as parts', text: `${'a/'.repeat(127)}!` },
    { name: 'letters and dots in turn', text: `${'a.'.repeat(127)}/` },
    { name: '255 invalid characters', text: '!'.repeat(255) },
    { name: 'ten million letters', text: 'a'.repeat(10_000_000) },
  ])('refuses $name quickly', ({ text }) => {
    expect(tryParseRepositoryName(text)).toBeUndefined();
    expect(elapsed(() => tryParseRepositoryName(text))).toBeLessThan(200);
  });

  it('repeats only the beginning of an invalid name in its error', () => {
    try {
      parseRepositoryName('!'.repeat(100_000));
      throw new Error('it was accepted');
    } catch (error) {
      expect(error).toMatchObject({ kind: 'name-invalid' });
      expect(JSON.stringify(error).length).toBeLessThan(1_000);
    }
  });
});
