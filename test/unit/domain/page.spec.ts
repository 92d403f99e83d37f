import { expect, it } from '@jest/globals';

import { takePage } from '../../../src/domain/page.js';

async function* letters(): AsyncGenerator<string> {
  for (const letter of ['a', 'bb', 'ccc']) yield await Promise.resolve(letter);
}

it.each([
  [undefined, ['a', 'bb', 'ccc'], false],
  [3, ['a', 'bb', 'ccc'], false],
  [2, ['a', 'bb'], true],
  [0, [], false],
])('a page of %p items says whether more follows', async (limit, items, more) => {
  expect(await takePage(letters(), limit)).toEqual({ items, more });
});

it('a page ends before its items take more bytes than allowed, but has one item in any case', async () => {
  const sizeOf = (item: string) => item.length;

  const three = await takePage(letters(), undefined, { bytes: 3, sizeOf });
  const none = await takePage(letters(), undefined, { bytes: 0, sizeOf });

  expect(three).toEqual({ items: ['a', 'bb'], more: true });
  expect(none).toEqual({ items: ['a'], more: true });
});
