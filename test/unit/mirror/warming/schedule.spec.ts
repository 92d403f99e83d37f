import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { warmImageOf } from '../../../../src/mirror/plan/kept-content.js';
import { type MirrorPlan } from '../../../../src/mirror/plan/mirrors-plan.js';
import { WarmSchedule } from '../../../../src/mirror/warming/warm-schedule.js';
import { Warming } from '../../../../src/mirror/warming/warming.js';
import { MirrorBench } from '../../../support/mirror/mirror-bench.js';
import { down } from '../../../support/mirror/other-registry.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { until } from '../../../support/until.js';

const HOUR = 3_600_000;

let bench: MirrorBench;
let now: number;
beforeEach(async () => {
  bench = await MirrorBench.open('memory', warmPlan());
  now = Date.parse('2026-01-01T00:00:00Z');
});
afterEach(() => bench.close());

function warmPlan(images = ['library/alpine:3'], isScheduled = true) {
  const parsed = images.map((text) => warmImageOf(text, { name: 'docker.io', library: true }));
  const warm = { images: parsed, platforms: [], ...(isScheduled && { everyMs: 6 * HOUR }) };
  return { warm } satisfies Partial<MirrorPlan>;
}

const log = () => ({
  error: (line: string) => void bench.logged.push(`error ${line}`),
  warn: (line: string) => void bench.logged.push(`warn ${line}`),
  log: (line: string) => void bench.logged.push(`log ${line}`),
  debug: () => undefined,
});

/** Opens the work as one more process does. */
const open = (): Warming =>
  new Warming({
    storage: bench.storage,
    images: bench.ports.images,
    log: log(),
    isReadOnly: () => bench.isReadOnly,
    now: () => now,
  });

/** Runs if it is due, and resolves to how often the upstream was asked for the tag. */
async function questions(plan = bench.plan, warming = open()): Promise<number> {
  bench.other.asked.length = 0;
  await warming.runIfDue(plan);
  return bench.other.asked.filter((one) => one === 'stat 3').length;
}

describe('the schedule of a mirror', () => {
  it('fetches at first, and again when the interval is over, whichever process does it', async () => {
    await bench.push();
    expect(await questions()).toBe(1);
    expect(await bench.stored()).toBeDefined();
    expect(await questions()).toBe(0);
    now += 6 * HOUR - 1;
    expect(await questions()).toBe(0);
    now += 1;
    expect(await questions()).toBe(1);
    expect(bench.logged.join()).toMatch(/log docker\.io: \d+ bytes fetched before they are needed/);
  });

  it('tries again earlier after a failure, and says which image failed', async () => {
    bench.other.failure = down();
    expect(await questions()).toBe(1);
    expect(bench.logged.join()).toContain(
      'docker.io: library/alpine:3 was not fetched: upstream.example cannot be reached',
    );
    now += HOUR;
    expect(await questions()).toBe(0);
    bench.other.failure = undefined;
    now += HOUR;
    bench.now += HOUR;
    expect(await questions()).toBe(1);
  });

  it('logs the first failures of a run, and how many others there were', async () => {
    bench.other.failure = down();
    const images = Array.from({ length: 40 }, (_, index) => `library/alpine:${index}`);
    await questions(planOf(warmPlan(images)));

    const lines = bench.logged.filter((line) => line.includes('not fetched'));
    expect(lines).toHaveLength(13);
    expect(lines.at(-1)).toBe('warn docker.io: 28 more images were not fetched');
    expect((await open().last('docker.io'))?.failed).toHaveLength(12);
  });

  it('fetches at once what was added to the mirrors file', async () => {
    await bench.push();
    await questions();
    const plan = planOf(warmPlan(['library/alpine:3', 'library/alpine:4']));

    expect(await questions(plan)).toBe(1);
  });

  it.each([
    ['without an interval', () => planOf(warmPlan(['library/alpine:3'], false))],
    ['while the mirror is offline', () => planOf({ ...warmPlan(), offline: true })],
    ['without images to fetch', () => planOf()],
  ])('fetches nothing %s', async (_, plan) => {
    expect(await questions(plan())).toBe(0);
  });

  it('fetches nothing while the registry is read-only', async () => {
    bench.isReadOnly = true;

    expect(await questions()).toBe(0);
  });

  it('leaves the work to the process that does it', async () => {
    await bench.push();
    const steps = await open().begin(bench.plan, new AbortController().signal);
    await steps.next();
    expect(await questions(bench.plan)).toBe(0);
    await steps.return(undefined);

    expect(await questions(bench.plan)).toBe(1);
  });

  it('ends with its run, and begins none afterwards', async () => {
    const digest = await bench.push();
    const plan = { value: { mirrors: [bench.plan], local: [], listen: new Map<string, string>() } };
    const schedule = new WarmSchedule(plan, open(), log(), { firstMs: 1, everyMs: 1 });
    schedule.start();
    await until(async () => `${(await bench.stored())?.digest}` === digest);
    await schedule.close();
    bench.other.asked.length = 0;
    now += 7 * HOUR;
    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(bench.other.asked).toEqual([]);
  });
});

describe('an image that is fetched by the schedule', () => {
  it('is stored again each day, so that the eviction sees that it is wanted', async () => {
    await bench.push();
    await questions();
    const first = await bench.stored();
    bench.plan = planOf({ ...warmPlan(), keep: { unusedMs: 2 } });
    now += 6 * HOUR;
    await new Promise((resolve) => setTimeout(resolve, 5));
    await questions();

    expect((await bench.stored())?.pushedAt).toBeGreaterThan(first?.pushedAt ?? Infinity);
  });
});
