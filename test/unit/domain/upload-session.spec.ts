import { describe, expect, it } from '@jest/globals';

import { newUploadId, tryParseUploadId } from '../../../src/domain/upload-session.js';

const UUID = '0d1c2b3a-4f5e-6789-abcd-ef0123456789';

describe('tryParseUploadId', () => {
  it('reads a UUID, and the ids of newUploadId', () => {
    const id = newUploadId();

    expect(tryParseUploadId(UUID)).toBe(UUID);
    expect(tryParseUploadId(id)).toBe(id);
  });

  it.each([
    '',
    UUID.toUpperCase(),
    UUID.replaceAll('-', ''),
    UUID.slice(1),
    `${UUID}0`,
    ` ${UUID}`,
    `${UUID}\n`,
    `{${UUID}}`,
    UUID.replace('0', 'g'),
    UUID.replace('-', '_'),
    '../../../../etc/passwd',
    `../${UUID.slice(3)}`,
    '__proto__',
    'x'.repeat(1_000_000),
  ])('returns undefined for %.50j', (text) => {
    expect(tryParseUploadId(text)).toBeUndefined();
  });
});

describe('newUploadId', () => {
  it('returns a different id each time', () => {
    expect(new Set(Array.from({ length: 1_000 }, newUploadId)).size).toBe(1_000);
  });
});
