import { afterEach, describe, expect, it } from '@jest/globals';

import { loadSettings } from '../../../src/config/settings.js';
import { type CollectionReport } from '../../../src/domain/collection-report.js';
import { Log } from '../../../src/log/log.js';
import { pushBlob, pushImage, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type CollectionRules, type Collector } from '../../../src/storage/ports/collector.js';
import { type Statistics } from '../../../src/storage/ports/statistics.js';
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

  it('saves the figures of a complete pass, and none of a stopped one', async () => {
    const storage: Storage = createMemoryStorage({ maxBytes: 10_000_000 });
    await pushImage(storage, HOME, { tags: ['1.0'] });
    await pushBlob(storage, repo('team/other'), uniqueBytes(10));

    await reportOfFirstPass(storage, () => void storage.readOnly?.set(true));
    const stopped = await storage.statistics.snapshot();
    await storage.readOnly?.set(false);
    const report = await reportOfFirstPass(storage, () => undefined);
    const saved = await storage.statistics.snapshot();

    expect(stopped).toBeUndefined();
    expect(saved?.repositories.get(HOME)).toMatchObject({ tags: 1, manifests: 1, blobs: 2 });
    expect(saved?.totals.logicalBytes).toBe(report.totals?.logicalBytes);
    expect(saved?.growth).toEqual([{ at: saved?.asOf, ...saved?.totals }]);
  });

  it('is complete when its figures cannot be saved, and says so in the log', async () => {
    const storage: Storage = createMemoryStorage({ maxBytes: 10_000_000 });
    const full = () => Promise.reject(new Error('the disk is full'));
    const statistics = Object.assign(Object.create(storage.statistics) as Statistics, {
      save: full,
    });
    const lines: string[] = [];
    const log = new Log({ warn: (line: string) => void lines.push(line) } as never);

    const report = await reportOfFirstPass(
      Object.assign(Object.create(storage) as Storage, { statistics }),
      () => undefined,
      log,
    );

    expect(report.result).toBe('complete');
    expect(lines.join()).toContain('figures of this collection were not saved: the disk is full');
  });

  /** Runs one pass, and calls `whenRemoved` after each thing that it has removed. */
  function reportOfFirstPass(
    storage: Storage,
    whenRemoved: () => void,
    log = new Log(false),
  ): Promise<CollectionReport> {
    const { gc } = loadSettings({ REGISTRY_GC_INTERVAL: '10ms', REGISTRY_GC_GRACE: '0s' });
    const { collector } = storage;
    if (collector === undefined) throw new Error('the storage has no collector');
    const watched: Collector = Object.assign(Object.create(collector) as Collector, {
      async *collect(rules: CollectionRules) {
        const pass = collector.collect(rules);
        let next = await pass.next();
        for (; next.done !== true; next = await pass.next()) {
          whenRemoved();
          yield next.value;
        }
        return next.value;
      },
    });
    return new Promise((resolve) => {
      const all = Object.assign(Object.create(storage) as Storage, { collector: watched });
      scheduler = new GcScheduler(all, gc, log, [{ collected: resolve }]);
      scheduler.onApplicationBootstrap();
    });
  }
});
