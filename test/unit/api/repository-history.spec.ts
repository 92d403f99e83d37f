import { expect, it } from '@jest/globals';

import { RepositoryHistory } from '../../../src/api/tags/repository-history.js';
import { repo } from '../../../src/storage/contract/fixtures.js';
import { type Storage } from '../../../src/storage/ports/storage.js';

/** Returns a storage whose tags changed at these times, the newest first. */
function storageWith(changes: Readonly<Record<string, readonly number[]>>): Storage {
  return {
    statistics: {
      async *tags() {
        for (const [tag, [pushedAt = 0]] of Object.entries(changes)) yield { tag, pushedAt };
      },
    },
    tags: {
      async *history(_: unknown, tag: string) {
        for (const at of changes[tag] ?? []) yield { at };
      },
      removed: async function* () {
        // None.
      },
      resolve: () => Promise.resolve(undefined),
    },
  } as unknown as Storage;
}

it('goes on after a page that ends with many changes of one tag at the same moment', async () => {
  const history = new RepositoryHistory(storageWith({ busy: [5, 5, 5, 5], calm: [1] }));

  const first = await history.page(repo('team/app'), { limit: 2 });
  const second = await history.page(repo('team/app'), { limit: 2, cursor: first.next ?? '' });

  expect(first.changes.map(({ tag }) => tag)).toEqual(['busy', 'busy', 'busy', 'busy']);
  expect(second.changes.map(({ tag }) => tag)).toEqual(['calm']);
  expect(second.next).toBeUndefined();
});
