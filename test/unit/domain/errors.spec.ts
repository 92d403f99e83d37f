import { expect, it } from '@jest/globals';

import { RegistryError } from '../../../src/domain/errors.js';

it('RegistryError has a kind, a detail and a cause', () => {
  const cause = new Error('inside');

  const error = new RegistryError('blob-unknown', 'no such blob', { digest: 'x' }, { cause });

  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'RegistryError',
    kind: 'blob-unknown',
    message: 'no such blob',
    detail: { digest: 'x' },
    cause,
  });
});
