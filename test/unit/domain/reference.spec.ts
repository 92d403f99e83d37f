import { describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  parseReference,
  parseTagName,
  referrersTag,
  tryParseTagName,
} from '../../../src/domain/reference.js';

const SHA256 = `sha256:${'a1'.repeat(32)}`;

describe('parseTagName', () => {
  it.each([
    'latest',
    'v1',
    'V1',
    '1.0.0-rc.1_build',
    '_',
    '__proto__',
    '_.-',
    '0',
    'constructor',
    'X'.repeat(128),
    `sha256-${'a'.repeat(64)}`,
  ])('reads %s', (text) => {
    expect(parseTagName(text)).toBe(text);
  });

  it.each([
    '',
    '.',
    '..',
    '-',
    '.hidden',
    '-v1',
    'v 1',
    ' v1',
    'v1 ',
    'v1\n',
    'v1\u0000',
    'a/b',
    'a\\b',
    'a:b',
    'a,b',
    'a+b',
    'a@b',
    'a%20b',
    'é',
    '\u0661',
    '\u{1f6a2}',
    'x'.repeat(129),
    'x'.repeat(10_000_000),
  ])('refuses %.40j', (text) => {
    expect(tryParseTagName(text)).toBeUndefined();
    expect(() => parseTagName(text)).toThrow(expect.objectContaining({ kind: 'tag-invalid' }));
  });
});

describe('parseReference', () => {
  it('reads a text with a colon as a digest', () => {
    const reference = parseReference(SHA256);

    expect(reference).toBeInstanceOf(Digest);
    expect(`${reference}`).toBe(SHA256);
  });

  it.each(['latest', `sha256-${'a'.repeat(64)}`, 'a1'.repeat(32)])('reads the tag %s', (text) => {
    expect(parseReference(text)).toBe(text);
  });

  it.each(['sha256:baddigeststring', ':', 'latest:', 'a:b', `md5:${'a'.repeat(32)}`])(
    'refuses %s as a digest',
    (text) => {
      expect(() => parseReference(text)).toThrow(
        expect.objectContaining({ kind: 'digest-invalid' }),
      );
    },
  );

  it.each(['', '-', 'a/b', 'x'.repeat(129)])('refuses %j as a tag', (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ kind: 'tag-invalid' }));
  });
});

describe('referrersTag', () => {
  it('consists of the algorithm and the hex of a sha256 digest', () => {
    expect(referrersTag(Digest.parse(SHA256))).toBe(`sha256-${'a1'.repeat(32)}`);
  });

  it('has only the first 64 hex digits of a sha512 digest, so that it is a valid tag', () => {
    const tag = referrersTag(Digest.parse(`sha512:${'b2'.repeat(64)}`));

    expect(tag).toBe(`sha512-${'b2'.repeat(32)}`);
    expect(tryParseTagName(tag)).toBe(tag);
  });
});
