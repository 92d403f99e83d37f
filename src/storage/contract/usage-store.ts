import assert from 'node:assert/strict';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../ports/storage.js';
import { KEPT_DAYS, lastDays } from '../protocol/pulls-by-day.js';
import { buildIndex, publish, repo } from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const NOON = Date.parse('2026-11-29T12:00:00Z');

const DAY_MS = 86_400_000;

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
    assert.equal((await subject.storage.usage.byDay(HOME)).size, 0);
    assert.equal((await subject.storage.usage.byDay(OTHER)).size, 0);
  });

  it('counts the pulls of a repository on the day of the last one', async () => {
    const [first, second] = [await pushed(), await pushed()];
    const { usage } = subject.storage;
    const now = Date.now();

    await usage.add(HOME, [
      { digest: first, pulls: 2, lastPulledAt: now },
      { digest: second, pulls: 3, lastPulledAt: now - DAY_MS },
    ]);
    await usage.add(HOME, [{ digest: first, pulls: 4, lastPulledAt: now - 28 * DAY_MS }]);
    await usage.add(HOME, [{ digest: second, pulls: 5, lastPulledAt: now }]);

    assert.deepEqual(await pullsByDay(subject.storage, now), { 1: 4, 28: 3, 29: 7 });
  });

  it('keeps the last 30 days only', async () => {
    const digest = await pushed();
    const { usage } = subject.storage;
    const now = Date.now();
    const twice = Array.from({ length: 2 * KEPT_DAYS }, (_, ago) => ago);

    await usage.add(
      HOME,
      twice.map((ago) => ({ digest, pulls: 1, lastPulledAt: now - ago * DAY_MS })),
    );
    await usage.fold();

    const { size } = await usage.byDay(HOME);
    // The day may have changed meanwhile.
    assert.ok(size === KEPT_DAYS || size === KEPT_DAYS - 1, `${size} days are kept`);
  });

  it('keeps the pulls of a day when they are merged, and when their manifest is removed', async () => {
    const [gone] = [await pushed(), await pushed()];
    const { usage, manifests } = subject.storage;
    const now = Date.now();
    await usage.add(HOME, [{ digest: gone, pulls: 2, lastPulledAt: now }]);

    await manifests.remove(HOME, gone);
    await usage.fold();
    await usage.fold();

    assert.deepEqual(await pullsByDay(subject.storage, now), { 29: 2 });
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
    const now = Date.now();
    const added = Array.from({ length: ROUNDS }, async (_, number) => {
      const { usage } = number % 2 === 0 ? subject.storage : second;
      await usage.add(HOME, [{ digest, pulls: 1, lastPulledAt: now - number }]);
      if (number % 10 === 0) await usage.fold();
    });
    await Promise.all(added);

    const expected = { [`${digest}`]: { pulls: ROUNDS, lastPulledAt: now } };
    for (const storage of [subject.storage, second]) {
      assert.deepEqual(await usageOf(storage, HOME), expected);
      const days = Object.values(await pullsByDay(storage, now));
      assert.equal(
        days.reduce((sum, pulls) => sum + pulls, 0),
        ROUNDS,
      );
    }
  });
}

async function usageOf({ usage }: Storage, repository: RepositoryName): Promise<object> {
  return Object.fromEntries(await usage.of(repository));
}

/** Resolves to the days with pulls, from 0 for the oldest to 29 for that of `now`. */
async function pullsByDay({ usage }: Storage, now: number): Promise<Record<string, number>> {
  const days = lastDays(await usage.byDay(HOME), now);
  return Object.fromEntries([...days.entries()].filter(([, pulls]) => pulls > 0));
}
