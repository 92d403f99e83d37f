import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { type Digest } from '../../../src/domain/digest.js';
import { RegistryError } from '../../../src/domain/errors.js';
import { type FinishedRequest } from '../../../src/http/oci/finished-request.js';
import { Log } from '../../../src/log/log.js';
import { PullCounts } from '../../../src/observe/usage/pull-counts.js';
import { UsageCounter } from '../../../src/observe/usage/usage-counter.js';
import { buildIndex, publish, repo } from '../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { UsageStore } from '../../../src/storage/ports/usage-store.js';
import { KeptLog } from '../../support/kept-log.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const NOON = Date.parse('2026-11-29T12:00:00Z');

/** A store that fails for one repository, as a full disk does; no real store fails for one alone. */
class FailingUsage extends UsageStore {
  isFull = true;

  constructor(private readonly usage: UsageStore) {
    super();
  }

  override add(...[repository, pulls]: Parameters<UsageStore['add']>): Promise<void> {
    if (!this.isFull || repository !== HOME) return this.usage.add(repository, pulls);
    return Promise.reject(new RegistryError('storage-full', 'the disk is full'));
  }

  override of(...args: Parameters<UsageStore['of']>): ReturnType<UsageStore['of']> {
    return this.usage.of(...args);
  }

  override byDay(...args: Parameters<UsageStore['byDay']>): ReturnType<UsageStore['byDay']> {
    return this.usage.byDay(...args);
  }

  override fold(): Promise<void> {
    return this.usage.fold();
  }
}

describe('the counter of pulls', () => {
  let storage: Storage;
  let digest: Digest;
  let log: KeptLog;
  let counter: UsageCounter;
  let usage: FailingUsage;
  beforeEach(async () => {
    storage = createMemoryStorage({ maxBytes: 1_000_000 });
    const { bytes } = buildIndex();
    digest = await publish(storage, HOME, bytes);
    await publish(storage, OTHER, bytes);
    jest.useFakeTimers({ now: NOON });
    log = KeptLog.open('text');
    usage = new FailingUsage(storage.usage);
    usage.isFull = false;
    counter = new UsageCounter(usage, new Log(log));
    counter.onApplicationBootstrap();
  });
  afterEach(async () => {
    await counter.onApplicationShutdown();
    jest.useRealTimers();
  });

  function pull(repository = HOME, more: Partial<FinishedRequest> = {}): void {
    counter.finished({
      request: { method: 'GET' },
      response: { getHeader: () => `${digest}` },
      ...{ status: 200, route: 'manifest', cut: false, repository },
      ...more,
    } as unknown as FinishedRequest);
  }
  const pulls = async (repository = HOME): Promise<unknown> =>
    (await storage.usage.of(repository)).get(`${digest}`);

  it('writes the counts once a minute', async () => {
    pull();
    await jest.advanceTimersByTimeAsync(1_000);
    pull();
    await jest.advanceTimersByTimeAsync(58_000);
    expect(await pulls()).toBeUndefined();

    await jest.advanceTimersByTimeAsync(1_000);

    expect(await pulls()).toEqual({ pulls: 2, lastPulledAt: NOON + 1_000 });
  });

  it('writes the counts when the application ends', async () => {
    pull();

    await counter.onApplicationShutdown();

    expect(await pulls()).toEqual({ pulls: 1, lastPulledAt: NOON });
  });

  it.each([
    ['a response 304', { status: 304 }],
    ['a manifest that does not exist', { status: 404 }],
    ['a response that the client did not read to its end', { cut: true }],
    ['a blob', { route: 'blob' }],
    ['a list of tags', { route: 'tags' }],
  ])('does not count %s', async (_, more) => {
    pull(HOME, more as Partial<FinishedRequest>);

    await counter.flush();

    expect(await pulls()).toBeUndefined();
  });

  it('keeps counts that cannot be written, and says so once', async () => {
    usage.isFull = true;
    pull();
    pull(OTHER);
    await jest.advanceTimersByTimeAsync(60_000);
    pull();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([await pulls(), await pulls(OTHER)]).toEqual([
      undefined,
      { pulls: 1, lastPulledAt: NOON },
    ]);
    expect(log.text.split('pulls could not be recorded')).toHaveLength(2);

    usage.isFull = false;
    await jest.advanceTimersByTimeAsync(60_000);

    expect(await pulls()).toEqual({ pulls: 2, lastPulledAt: NOON + 60_000 });
  });
});

it('PullCounts counts a limited number of manifests, and goes on counting those it has', () => {
  const counts = new PullCounts(1);
  const [first, second] = [buildIndex().digest, buildIndex().digest];
  for (const digest of [first, second, first]) counts.add(HOME, `${digest}`, NOON);

  expect(counts.isFull).toBe(true);
  expect([...counts.take()]).toEqual([[HOME, [{ digest: first, pulls: 2, lastPulledAt: NOON }]]]);
  expect([...counts.take()]).toEqual([]);
});
