import { expect, it } from '@jest/globals';

import { NONCE, nonce } from '../../../src/storage/filesystem/disk/temporary-names.js';

it('a nonce is never taken for a temporary file, whose name begins with "~"', () => {
  const nonces = Array.from({ length: 5_000 }, nonce);

  expect(nonces.filter((text) => text.startsWith('~') || !NONCE.test(text))).toEqual([]);
  expect(new Set(nonces).size).toBe(nonces.length);
});
