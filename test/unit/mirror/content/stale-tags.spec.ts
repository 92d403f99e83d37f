import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RemoteFailure } from '../../../../src/client/registry-client.js';
import { pushImage } from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { down } from '../../../support/mirror/other-registry.js';
import { until } from '../../../support/until.js';

const MINUTE = 60_000;

describe('a tag of a mirror', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  it('is served as it was stored while the upstream fails, which rests for longer each time', async () => {
    const digest = await bench.push();
    await bench.pull('3');
    bench.now += 6 * MINUTE;
    bench.other.failure = down();
    bench.other.asked.length = 0;

    const asked: number[] = [];
    for (let second = 0; second < 300; second += 10) {
      const pulled = await Promise.all([bench.pull('3'), bench.pull('3')]);
      expect(pulled).toEqual([digest, digest]);
      asked.push(...bench.other.asked.splice(0).map(() => second));
      bench.now += 10_000;
    }

    expect(asked).toEqual([0, 30, 90, 210]);
  });

  it('is asked for by one client at a time after a rest, until the upstream answers', async () => {
    const digest = await bench.push();
    await bench.pull('3');
    await pushImage(bench.other.storage, REMOTE, { tags: ['4'] });
    bench.other.failure = down();
    bench.now += 6 * MINUTE;
    await bench.pull('3');
    bench.now += MINUTE;
    bench.other.failure = undefined;
    bench.other.asked.length = 0;

    const [probe, meanwhile] = await Promise.allSettled([bench.pull('3'), bench.pull('4')]);

    expect(probe).toEqual({ status: 'fulfilled', value: digest });
    expect(meanwhile).toMatchObject({ reason: { kind: 'upstream-unavailable' } });
    expect(bench.other.asked).toEqual(['stat 3']);
    expect(await bench.pull('4')).toBeDefined();
    expect(bench.logged).toEqual([
      expect.stringMatching(/^warn docker\.io: upstream\.example cannot be reached; .* in 30 s$/),
      'log docker.io: the upstream answers again',
    ]);
  });

  it('is served as it was stored while too many questions wait for the upstream', async () => {
    const digest = await bench.push();
    await bench.pull('3');
    bench.now += 6 * MINUTE;
    bench.other.hang();
    const ports = bench.open({ questionMs: 20 });
    const others = Array.from({ length: 64 }, (_, at) => bench.pull(`other${at}`, ports));
    const settled = Promise.allSettled(others);

    expect(await bench.pull('3', ports)).toBe(digest);
    await expect(bench.pull('unknown', ports)).rejects.toMatchObject({
      kind: 'upstream-unavailable',
      message: expect.stringContaining('too many questions'),
    });

    bench.other.goOn();
    await settled;
    await ports.close();
  });

  it('is pulled to the end by the plan by which the pull began', async () => {
    const digest = await bench.push();
    bench.other.hang();
    const ports = bench.open({ retireMs: 500 });
    const pulled = bench.pull('3', ports);
    await until(() => bench.other.asked.includes('stat 3'));
    bench.plan = planOf({ fingerprint: 'other' });
    await ports.tags.list(MIRRORED)[Symbol.asyncIterator]().next();

    await new Promise(setImmediate);
    const wasClosed = bench.other.isClosed;
    bench.other.goOn();

    expect(wasClosed).toBe(false);
    expect(await pulled).toBe(digest);
    await until(() => bench.other.isClosed);
    await ports.close();
  });

  it('is not served when it is older than it may be', async () => {
    bench.plan = planOf({ staleMs: 10 * MINUTE });
    await bench.push();
    await bench.pull('3');
    bench.other.failure = down();
    bench.now += 6 * MINUTE;
    expect(await bench.pull('3')).toBeDefined();

    const later = bench.open();
    bench.plan = planOf({ staleMs: -1 });

    await expect(bench.pull('3', later)).rejects.toMatchObject({
      kind: 'upstream-unavailable',
      message: expect.stringContaining('upstream.example cannot be reached'),
      detail: { retryAfter: expect.any(Number) },
    });
  });

  it('that is not stored fails as the upstream does, with its time to wait', async () => {
    bench.other.failure = new RemoteFailure('limited', 'upstream.example: too many pulls', 90_000);

    await expect(bench.pull('3')).rejects.toMatchObject({
      kind: 'upstream-limited',
      detail: { retryAfter: 90 },
    });
    bench.now += 60_000;
    await expect(bench.pull('3')).rejects.toMatchObject({ detail: { retryAfter: 30 } });
    expect(bench.other.asked).toHaveLength(1);
  });

  it('is served as it was stored if the upstream gives its new manifest to nobody', async () => {
    const digest = await bench.push();
    await bench.pull('3');
    await bench.push();
    bench.now += 6 * MINUTE;
    bench.other.manifestFailure = new RemoteFailure('limited', 'too many pulls', 90_000);

    expect(await bench.pull('3')).toBe(digest);
    expect(`${(await bench.stored())?.digest}`).toBe(digest);
  });

  it.each([
    ['public', 'served as it was stored'],
    ['private', 'unknown'],
  ] as const)('of %s content that the upstream refuses is %s', async (content, outcome) => {
    bench.plan = planOf({ content });
    const digest = await bench.push();
    await bench.pull('3');
    bench.now += 6 * MINUTE;
    bench.other.failure = new RemoteFailure('refused', 'upstream.example refuses the login of bot');

    const pulled = bench.pull('3');

    if (outcome === 'unknown') {
      await expect(pulled).rejects.toMatchObject({ kind: 'manifest-unknown' });
    } else {
      expect(await pulled).toBe(digest);
    }
    expect(bench.logged.join()).toContain('refuses the login of bot');
  });

  it.each([
    ['public', 'served as it was stored'],
    ['private', 'not served'],
  ] as const)(
    'of %s content is %s while the login is wrong, which is not tried all the time',
    async (content, outcome) => {
      bench.plan = planOf({ content });
      const digest = await bench.push();
      await bench.pull('3');
      bench.now += 6 * MINUTE;
      bench.other.failure = new RemoteFailure('login', 'upstream.example refuses the login of bot');
      bench.other.asked.length = 0;

      for (let times = 0; times < 3; times++) {
        const pulled = bench.pull('3');
        if (outcome === 'not served') {
          await expect(pulled).rejects.toMatchObject({ kind: 'upstream-unavailable' });
        } else {
          expect(await pulled).toBe(digest);
        }
      }
      await expect(bench.pull('4')).rejects.toMatchObject({ kind: 'upstream-unavailable' });

      expect(bench.other.asked).toEqual(['stat 3']);
    },
  );

  it('whose content is wrong does not keep the mirror from asking for others', async () => {
    const digest = await bench.push();
    bench.other.failure = new RemoteFailure('wrong', 'upstream.example sent a digest of its own');
    await expect(bench.pull('4')).rejects.toMatchObject({ kind: 'upstream-unavailable' });
    bench.other.failure = undefined;

    expect(await bench.pull('3')).toBe(digest);
  });

  it('does not get a later time of its push by being served while the upstream fails', async () => {
    await bench.push();
    await bench.pull('3');
    const before = (await bench.stored())?.pushedAt;
    bench.other.failure = down();
    bench.now += 6 * MINUTE;

    await bench.pull('3');

    expect((await bench.stored())?.pushedAt).toBe(before);
  });
});
