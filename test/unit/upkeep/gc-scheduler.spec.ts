import { afterEach, describe, expect, it } from '@jest/globals';

import { loadSettings } from '../../../src/config/settings.js';
import { type CollectionReport } from '../../../src/domain/collection-report.js';
import { Log } from '../../../src/log/log.js';
import { pushBlob, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type CollectionRules, type Collector } from '../../../src/storage/ports/collector.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { GcScheduler } from '../../../src/upkeep/gc/gc.scheduler.js';

const HOME = repo('team/app');
const BLOBS = 3;
/** An hour later, so that nothing is within the grace period. */
const AHEAD_MS = 3_600_000;

describe('a collection in progress', () => {
  let scheduler: GcScheduler | undefined;
  afterEach(() => scheduler?.beforeApplicationShutdown());

  it('is stopped when the storage becomes read-only, and is reported as stopped', async () => {
    let now = Date.now() - AHEAD_MS;
    const storage: Storage = createMemoryStorage({ maxBytes: 10_000_000, now: () => now });
    for (let count = 0; count < BLOBS; count++) await pushBlob(storage, HOME, uniqueBytes(10));
    now += AHEAD_MS;

    const report = await reportOfFirstPass(storage, () => void storage.readOnly?.set(true));

    expect(report).toMatchObject({ result: 'stopped', totals: undefined });
    expect(report.freedBytes).toBe(10);
  });

  /** Runs one pass, and calls `whenRemoved` after each thing that it has removed. */
  function reportOfFirstPass(storage: Storage, whenRemoved: () => void): Promise<CollectionReport> {
    const { gc } = loadSettings({ REGISTRY_GC_INTERVAL: '10ms', REGISTRY_GC_GRACE: '0s' });
    const { collector } = storage;
    if (collector === undefined) throw new Error('the storage has no collector');
    const watched: Collector = Object.assign(Object.create(collector) as Collector, {
      async *collect(rules: CollectionRules) {
        for await (const collected of collector.collect(rules)) {
          whenRemoved();
          yield collected;
        }
      },
    });
    return new Promise((resolve) => {
      const all = Object.assign(Object.create(storage) as Storage, { collector: watched });
      scheduler = new GcScheduler(all, gc, new Log(false), [{ collected: resolve }]);
      scheduler.onApplicationBootstrap();
    });
  }
});
