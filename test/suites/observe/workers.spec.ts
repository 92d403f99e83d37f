import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { expect, it } from '@jest/globals';

import { samplesOf, sumOf } from '../../support/metrics.js';
import { until } from '../../support/until.js';
import { ObservedServer } from './observed-server.js';

const TWO_WORKERS = { REGISTRY_WORKERS: '2' };

const REQUESTS = 'berth_http_requests_total';
const OF_THE_TEST = 'route="tags"';

it('the sum of two workers is exact after one of them ended by SIGTERM', async () => {
  await using observed = await ObservedServer.start(TWO_WORKERS);
  await ask(observed, 500);
  await endWorker(observed, 'SIGTERM');
  await ask(observed, 500);
  await delay(1_500);

  expect(sumOf(await observed.scrape(), REQUESTS, OF_THE_TEST)).toBe(1_000);
});

it('the sum of two workers lacks at most the last second of a killed one, and no counter falls', async () => {
  await using observed = await ObservedServer.start(TWO_WORKERS);
  await ask(observed, 500);
  await delay(1_500);
  expect(sumOf(await observed.scrape(), REQUESTS, OF_THE_TEST)).toBe(500);

  const scrapes = [await observed.scrape()];
  const asking = ask(observed, 500);
  const ending = endWorker(observed, 'SIGKILL');
  for (let count = 0; count < 20; count++) {
    scrapes.push(await observed.scrape());
    await delay(150);
  }
  const failed = await asking;
  await ending;
  await delay(1_500);
  scrapes.push(await observed.scrape());

  for (const [index, text] of scrapes.slice(1).entries()) {
    expect(fallenCounters(scrapes[index] ?? '', text)).toEqual([]);
  }
  // Half of the 500 requests may have gone to the killed worker within its last second.
  const sum = sumOf(scrapes.at(-1) ?? '', REQUESTS, OF_THE_TEST);
  expect(sum).toBeGreaterThanOrEqual(750 - failed);
  expect(sum).toBeLessThanOrEqual(1_000);
});

it('gauges are those of the workers that live', async () => {
  await using observed = await ObservedServer.start(TWO_WORKERS);
  await until(async () => sumOf(await observed.scrape(), 'berth_storage_free_bytes') > 0);
  await delay(1_500);
  const before = await observed.scrape();
  await endWorker(observed, 'SIGKILL');
  await delay(1_500);
  const after = await observed.scrape();

  // One gibibyte may be written meanwhile by other programs, but two workers do not double the space.
  const [free, later] = [before, after].map((text) => sumOf(text, 'berth_storage_free_bytes'));
  expect(Math.abs((free ?? 0) - (later ?? 0))).toBeLessThan(1024 ** 3);
  expect(sumOf(after, 'berth_http_in_flight')).toBe(0);
  expect(sumOf(after, 'berth_build_info')).toBe(1);
});

/** Sends requests one after the other, each on a new connection, which goes to any worker. Resolves to how many failed. */
async function ask({ server }: ObservedServer, count: number): Promise<number> {
  let failed = 0;
  for (let sent = 0; sent < count; sent++) {
    if (!(await succeeds(`${server.url}/v2/team/app/tags/list`))) failed++;
  }
  return failed;
}

function succeeds(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    // A connection that was on its way to a killed worker gets neither a response nor an end.
    const asking = request(url, { agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      response.once('close', () => resolve(response.complete));
    });
    asking.once('timeout', () => asking.destroy());
    asking.once('error', () => resolve(false)).end();
  });
}

/** Ends one worker, and waits until another one has taken its place. */
async function endWorker(observed: ObservedServer, signal: NodeJS.Signals): Promise<void> {
  const [first = 0] = await observed.workers();
  process.kill(first, signal);
  await until(async () => {
    const now = await observed.workers();
    return now.length === 2 && !now.includes(first);
  });
}

/** Returns the series of counters and histograms that are lower in `after`, or missing. */
function fallenCounters(before: string, after: string): string[] {
  const later = samplesOf(after);
  return [...samplesOf(before)]
    .filter(([series]) => /_(?:total|bucket|count|sum)(?:\{|$)/.test(series))
    .filter(([series, value]) => (later.get(series) ?? 0) < value)
    .map(([series]) => series);
}
