import { describe, expect, it } from '@jest/globals';

import { hasCode, ignoreNotFound } from '../../../src/files/errors.js';

const failure = (code: unknown): Error => Object.assign(new Error('failed'), { code });

describe('an error of the file system', () => {
  it.each(['ENOENT', 'ENOTDIR'])('with the code %s is ignored as not found', async (code) => {
    expect(await Promise.reject(failure(code)).catch(ignoreNotFound)).toBeUndefined();
  });

  it.each([failure('EACCES'), failure(undefined), new Error('ENOENT'), 'ENOENT', undefined])(
    'is thrown again by `ignoreNotFound` if it is not a not-found error: %s',
    (error) => {
      let thrown: unknown = 'nothing';
      try {
        ignoreNotFound(error);
      } catch (caught) {
        thrown = caught;
      }

      expect(thrown).toBe(error);
    },
  );

  it('is recognized by one of several codes', () => {
    expect(hasCode(failure('EEXIST'), 'ENOENT', 'EEXIST')).toBe(true);
    expect(hasCode(failure('EEXIST'), 'ENOENT')).toBe(false);
  });
});
