import assert from 'node:assert/strict';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../ports/storage.js';
import { buildIndex, publish, repo } from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const NOON = Date.parse('2026-11-29T12:00:00Z');

/** How many times pulls are added at once in the test of the race. */
const ROUNDS = 30;

/** Declares the tests of `UsageStore`. */
export function usageStoreContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  const pushed = (repository = HOME): Promise<Digest> =>
    publish(subject.storage, repository, buildIndex().bytes);

  it('is empty for a repository that was never pulled, and for one that does not exist', async () => {
    await pushed();

    assert.deepEqual(await usageOf(subject.storage, HOME), {});
    assert.deepEqual(await usageOf(subject.storage, OTHER), {});
  });

  it('counts the pulls of each manifest in each repository, and keeps the latest time', async () => {
    const [first, second] = [await pushed(), await pushed()];
    const other = await pushed(OTHER);
    const { usage } = subject.storage;

    await usage.add(HOME, [
      { digest: first, pulls: 2, lastPulledAt: NOON },
      { digest: second, pulls: 1, lastPulledAt: NOON + 1 },
    ]);
    await usage.add(HOME, [{ digest: first, pulls: 3, lastPulledAt: NOON - 5 }]);
    await usage.add(OTHER, [{ digest: other, pulls: 1, lastPulledAt: NOON + 7 }]);

    assert.deepEqual(await usageOf(subject.storage, HOME), {
      [`${first}`]: { pulls: 5, lastPulledAt: NOON },
      [`${second}`]: { pulls: 1, lastPulledAt: NOON + 1 },
    });
    assert.deepEqual(await usageOf(subject.storage, OTHER), {
      [`${other}`]: { pulls: 1, lastPulledAt: NOON + 7 },
    });
  });

  it('drops the pulls of a repository that does not exist', async () => {
    const digest = await pushed();

    await subject.storage.usage.add(OTHER, [{ digest, pulls: 1, lastPulledAt: NOON }]);

    assert.deepEqual(await usageOf(subject.storage, OTHER), {});
    assert.equal(await subject.storage.catalog.has(OTHER), false);
  });

  it('keeps the counts when they are merged, any number of times', async () => {
    const digest = await pushed();
    await subject.storage.usage.add(HOME, [{ digest, pulls: 2, lastPulledAt: NOON }]);

    await subject.storage.usage.fold();
    await subject.storage.usage.fold();
    await subject.storage.usage.add(HOME, [{ digest, pulls: 1, lastPulledAt: NOON + 1 }]);

    assert.deepEqual(await usageOf(subject.storage, HOME), {
      [`${digest}`]: { pulls: 3, lastPulledAt: NOON + 1 },
    });
  });

  it('loses no pull of two instances that add at once, while the counts are merged', async () => {
    const second = await subject.secondInstance();
    const digest = await pushed();
    const added = Array.from({ length: ROUNDS }, async (_, number) => {
      const { usage } = number % 2 === 0 ? subject.storage : second;
      await usage.add(HOME, [{ digest, pulls: 1, lastPulledAt: NOON + number }]);
      if (number % 10 === 0) await usage.fold();
    });
    await Promise.all(added);

    const expected = { [`${digest}`]: { pulls: ROUNDS, lastPulledAt: NOON + ROUNDS - 1 } };
    assert.deepEqual(await usageOf(subject.storage, HOME), expected);
    assert.deepEqual(await usageOf(second, HOME), expected);
  });
}

async function usageOf({ usage }: Storage, repository: RepositoryName): Promise<object> {
  return Object.fromEntries(await usage.of(repository));
}
