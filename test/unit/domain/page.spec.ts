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
])('a page of at most %p items reports whether more follow', async (limit, items, more) => {
  expect(await takePage(letters(), limit)).toEqual({ items, more });
});

it('a page ends before its items exceed the byte limit, but has at least one item', async () => {
  const sizeOf = (item: string) => item.length;

  const three = await takePage(letters(), undefined, { bytes: 3, sizeOf });
  const none = await takePage(letters(), undefined, { bytes: 0, sizeOf });

  expect(three).toEqual({ items: ['a', 'bb'], more: true });
  expect(none).toEqual({ items: ['a'], more: true });
});
