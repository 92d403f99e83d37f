import assert from 'node:assert/strict';

import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOUR_MS = 3_600_000;
const TERMS = { forMs: HOUR_MS, idleMs: 0 };

/** Declares the tests of `Storage.lease`. */
export function leasesContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  it('grants a lease to one holder at a time, across instances', async () => {
    const second = await subject.secondInstance();
    const first = await subject.storage.lease('work', TERMS);

    assert.equal(first?.holds, true);
    assert.equal(await subject.storage.lease('work', TERMS), undefined);
    assert.equal(await second.lease('work', TERMS), undefined);
    await first.extend();
    assert.equal(first.holds, true);
    await first.release();
    assert.equal(first.holds, false);
    assert.equal((await second.lease('work', TERMS))?.holds, true);
  });

  it('refuses a lease that was released less than the idle time ago', async () => {
    await (await subject.storage.lease('work', TERMS))?.release();

    assert.equal(await subject.storage.lease('work', { ...TERMS, idleMs: HOUR_MS }), undefined);
    assert.equal((await subject.storage.lease('work', TERMS))?.holds, true);
  });

  it('keeps leases of different names apart', async () => {
    const one = await subject.storage.lease('one', TERMS);
    const other = await subject.storage.lease('other-2', TERMS);

    assert.deepEqual([one?.holds, other?.holds], [true, true]);
    await one?.release();
    assert.equal(other?.holds, true);
    assert.equal(await subject.storage.lease('other-2', TERMS), undefined);
  });

  it('grants a lease to one of many concurrent requests', async () => {
    const asked = Array.from({ length: 12 }, () => subject.storage.lease('work', TERMS));
    const held = (await Promise.all(asked)).filter((lease) => lease !== undefined);

    assert.equal(held.length, 1);
  });
}
