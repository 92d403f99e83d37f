import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { buildIndex, publish, pushImage, repo } from '../../../../src/storage/contract/fixtures.js';
import { RegistryError } from '../../../../src/domain/errors.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { RemovalQueue } from '../../../../src/storage/protocol/collect/removal-queue.js';

const HOME = repo('team/app');

describe('the queue of deletions', () => {
  it('runs the searches of many deletions one after the other, also after one failed', async () => {
    const queue = new RemovalQueue();
    let [running, most] = [0, 0];
    const search = async () => {
      most = Math.max(most, ++running);
      await nextTurn();
      running--;
      throw new Error('the disk failed');
    };
    const all = await Promise.allSettled([1, 2, 3, 4].map(() => queue.search(search)));

    expect(all.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(most).toBe(1);
  });

  it('refuses deletions of one repository beyond its limit until others have ended', async () => {
    const queue = new RemovalQueue(2);
    const remove = (home = HOME) => queue.admit(home, () => nextTurn('removed'));
    const running = [remove(), remove()];

    await expect(remove()).rejects.toMatchObject({ kind: 'too-many-requests' });
    expect(await remove(repo('team/other'))).toBe('removed');
    expect(await Promise.all(running)).toEqual(['removed', 'removed']);
    expect(await remove()).toBe('removed');
  });

  it('is used by a storage: of many deletions of one listed manifest, the last ones are refused', async () => {
    const storage = createMemoryStorage({ maxBytes: 10_000_000 });
    const image = await pushImage(storage, HOME);
    await publish(storage, HOME, buildIndex([image.descriptor]).bytes);
    const remove = () =>
      storage.manifests
        .remove(HOME, image.digest, { unlessListed: { keepUntagged: true } })
        .catch((error: unknown) => (error instanceof RegistryError ? error.kind : 'failed'));
    const results = await Promise.all(Array.from({ length: 30 }, remove));

    expect(results.filter((result) => result === 'denied').length).toBe(20);
    expect(results.filter((result) => result === 'too-many-requests').length).toBe(10);
  });
});
