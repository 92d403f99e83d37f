import { describe, expect, it } from '@jest/globals';

import { isJsonObject, readAnnotations, readDescriptor } from '../../../src/domain/descriptor.js';
import { Digest } from '../../../src/domain/digest.js';

const DIGEST = Digest.of(Buffer.from('x'));
const GOOD = { mediaType: 'a/b', digest: DIGEST.toString(), size: 1 };

describe('readDescriptor', () => {
  it.each([
    { name: 'the required fields', value: GOOD, size: 1 },
    { name: 'size 0', value: { ...GOOD, size: 0 }, size: 0 },
    { name: 'the largest safe size', value: { ...GOOD, size: 2 ** 53 - 1 }, size: 2 ** 53 - 1 },
  ])('reads $name', ({ value, size }) => {
    expect(readDescriptor(value)).toEqual({ mediaType: 'a/b', digest: DIGEST, size });
  });

  it('ignores all other fields', () => {
    const value = { ...GOOD, annotations: 5, urls: null, platform: 'x', data: '===', zebra: {} };

    expect(readDescriptor(value)).toEqual({ mediaType: 'a/b', digest: DIGEST, size: 1 });
  });

  it.each([
    ['nothing', undefined, 'is not an object'],
    ['null', null, 'is not an object'],
    ['a list', [GOOD], 'is not an object'],
    ['a text', JSON.stringify(GOOD), 'is not an object'],
    ['no mediaType', { ...GOOD, mediaType: undefined }, 'has no valid mediaType'],
    ['an empty mediaType', { ...GOOD, mediaType: '' }, 'has no valid mediaType'],
    ['an invalid mediaType', { ...GOOD, mediaType: 'json' }, 'has no valid mediaType'],
    ['a mediaType that is a number', { ...GOOD, mediaType: 5 }, 'has no valid mediaType'],
    ['no digest', { ...GOOD, digest: undefined }, 'has no valid sha256 or sha512 digest'],
    ['a bad digest', { ...GOOD, digest: 'sha256:x' }, 'has no valid sha256 or sha512 digest'],
    ['a digest in a list', { ...GOOD, digest: [GOOD.digest] }, 'has no valid sha256 or sha512 digest'], // prettier-ignore
    ['no size', { ...GOOD, size: undefined }, 'has no valid size'],
    ['a size that is text', { ...GOOD, size: '1' }, 'has no valid size'],
    ['a negative size', { ...GOOD, size: -1 }, 'has no valid size'],
    ['half a byte', { ...GOOD, size: 0.5 }, 'has no valid size'],
    ['a size beyond 2^53', { ...GOOD, size: 2 ** 53 }, 'has no valid size'],
    ['an endless size', { ...GOOD, size: Infinity }, 'has no valid size'],
    ['null as size', { ...GOOD, size: null }, 'has no valid size'],
    ['fields in __proto__', JSON.parse(`{"__proto__":${JSON.stringify(GOOD)}}`), 'has no valid mediaType'], // prettier-ignore
  ] as const)('reports what is wrong with %s', (_, value: unknown, expected) => {
    expect(readDescriptor(value)).toBe(expected);
  });
});

describe('readAnnotations', () => {
  it.each([undefined, null])('reads %s as no annotations', (value) => {
    expect(readAnnotations(value)).toBeUndefined();
  });

  it.each([
    '{}',
    '{"a":"b","":""}',
    '{"__proto__":"x","constructor":"y","toString":"z","hasOwnProperty":""}',
  ])('reads %s and keeps every key', (json) => {
    expect(JSON.stringify(readAnnotations(JSON.parse(json)))).toBe(json);
  });

  it.each([
    ['a list', '["a"]', 'is not an object'],
    ['a text', '"a"', 'is not an object'],
    ['a number', '5', 'is not an object'],
    ['false', 'false', 'is not an object'],
    ['a value that is a number', '{"a":1}', 'has a value that is not a string'],
    ['a value that is null', '{"a":"b","c":null}', 'has a value that is not a string'],
    ['an object under __proto__', '{"__proto__":{}}', 'has a value that is not a string'],
  ])('reports what is wrong with %s', (_, json, expected) => {
    expect(readAnnotations(JSON.parse(json))).toBe(expected);
  });
});

describe('isJsonObject', () => {
  it.each([{}, { a: 1 }])('is true for %j', (value) => {
    expect(isJsonObject(value)).toBe(true);
  });

  it.each([null, undefined, [], 'x', 5, true])('is false for %j', (value) => {
    expect(isJsonObject(value)).toBe(false);
  });
});
