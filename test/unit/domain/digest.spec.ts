import { describe, expect, it } from '@jest/globals';

import {
  Digest,
  DIGEST_ALGORITHMS,
  isDigestAlgorithm,
  newHash,
  parseDigestAlgorithm,
} from '../../../src/domain/digest.js';

const HEX = '0123456789abcdef';
const SHA256 = `sha256:${HEX.repeat(4)}`;
const SHA512 = `sha512:${HEX.repeat(8)}`;
const INVALID = { kind: 'digest-invalid' };

/** Invalid digests that resemble digests. */
const BAD_DIGESTS = [
  '',
  ':',
  'sha256',
  'sha256:',
  HEX.repeat(4),
  'sha256:baddigeststring',
  SHA256.slice(0, -1),
  `${SHA256}0`,
  SHA256.toUpperCase(),
  `sha256:${'A'.repeat(64)}`,
  `sha256:${'g'.repeat(64)}`,
  `sha512:${HEX.repeat(4)}`,
  `sha256:${HEX.repeat(8)}`,
  `sha384:${HEX.repeat(6)}`,
  `md5:${HEX.repeat(2)}`,
  `SHA256:${HEX.repeat(4)}`,
  `sha256+b64:${HEX.repeat(4)}`,
  ` ${SHA256}`,
  `${SHA256} `,
  `${SHA256}\n`,
  `sha256:\n${HEX.repeat(4).slice(1)}`,
  `sha256::${HEX.repeat(4).slice(1)}`,
  `sha256-${HEX.repeat(4)}`,
  `sha256:${'\u0660'.repeat(64)}`,
  `sha256:../${'a'.repeat(61)}`,
  `sha256:${'a'.repeat(63)}\u0000`,
  `__proto__:${HEX.repeat(4)}`,
  `constructor:${HEX.repeat(4)}`,
  `toString:${HEX.repeat(4)}`,
];

describe('Digest.parse', () => {
  it.each([
    { text: SHA256, algorithm: 'sha256', hex: HEX.repeat(4) },
    { text: SHA512, algorithm: 'sha512', hex: HEX.repeat(8) },
    { text: `sha256:${'0'.repeat(64)}`, algorithm: 'sha256', hex: '0'.repeat(64) },
  ])('reads $text', ({ text, algorithm, hex }) => {
    expect(Digest.parse(text)).toMatchObject({ algorithm, hex });
    expect(Digest.tryParse(text)?.toString()).toBe(text);
  });

  it.each(BAD_DIGESTS)('refuses %j', (text) => {
    expect(() => Digest.parse(text)).toThrow(expect.objectContaining(INVALID));
    expect(Digest.tryParse(text)).toBeUndefined();
  });

  it('repeats only the beginning of an invalid digest in its error', () => {
    try {
      Digest.parse('x'.repeat(100_000));
      throw new Error('it was accepted');
    } catch (error) {
      expect(error).toMatchObject(INVALID);
      expect(JSON.stringify(error).length).toBeLessThan(1_000);
    }
  });
});

describe('Digest.of', () => {
  // FIPS 180-2, appendices B.1 and C.1, and the digest of empty content.
  it.each([
    ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [
      'sha512',
      'abc',
      'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a' +
        '2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    ],
  ] as const)('returns the %s digest of "%s"', (algorithm, text, hex) => {
    expect(Digest.of(Buffer.from(text), algorithm).toString()).toBe(`${algorithm}:${hex}`);
  });

  it('uses sha256 by default', () => {
    expect(Digest.of(Buffer.from('abc')).algorithm).toBe('sha256');
  });

  it.each(DIGEST_ALGORITHMS)('returns the same digest as a running %s hash', (algorithm) => {
    const hash = newHash(algorithm).update('a').update('bc');

    const digest = Digest.fromHash(algorithm, hash);

    expect(digest.equals(Digest.of(Buffer.from('abc'), algorithm))).toBe(true);
  });
});

describe('a digest', () => {
  it('equals only a digest with the same algorithm and hex', () => {
    expect(Digest.parse(SHA256).equals(Digest.parse(SHA256))).toBe(true);
    expect(Digest.parse(SHA256).equals(Digest.parse(SHA512))).toBe(false);
    expect(Digest.parse(SHA256).equals(Digest.of(Buffer.from('')))).toBe(false);
  });

  it('becomes its text in templates and in JSON', () => {
    const digest = Digest.parse(SHA256);

    expect(`${digest}`).toBe(SHA256);
    expect(JSON.stringify({ digest })).toBe(`{"digest":"${SHA256}"}`);
  });
});

describe('parseDigestAlgorithm', () => {
  it.each(['sha256', 'sha512'])('reads %s', (text) => {
    expect(parseDigestAlgorithm(text)).toBe(text);
    expect(isDigestAlgorithm(text)).toBe(true);
  });

  it.each(['', 'SHA256', 'sha384', 'sha256 ', 'md5', '__proto__', 'constructor', 'toString'])(
    'refuses %j',
    (text) => {
      expect(() => parseDigestAlgorithm(text)).toThrow(expect.objectContaining(INVALID));
      expect(isDigestAlgorithm(text)).toBe(false);
    },
  );
});
