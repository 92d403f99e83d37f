import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RepositoryPattern } from '../../../../src/access/policy/repository-pattern.js';
import { RemoteFailure } from '../../../../src/client/registry-client.js';
import { Digest } from '../../../../src/domain/digest.js';
import { pushImage, tag } from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { down } from '../../../support/mirror/other-registry.js';

const MINUTE = 60_000;

describe('a tag of a mirror', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  /** Pushes an image with the tag to the other registry, and resolves to its digest. */
  async function push(name = '3'): Promise<string> {
    const { digest } = await pushImage(bench.other.storage, REMOTE, { tags: [name] });
    return digest.toString();
  }

  const stored = (name = '3') => bench.storage.tags.resolve(MIRRORED, tag(name));

  it('is asked for by HEAD, and its manifest is fetched once by its digest', async () => {
    const digest = await push();

    for (let pull = 0; pull < 3; pull++) expect(await bench.pull('3')).toBe(digest);

    expect(bench.other.asked).toEqual(['stat 3', 'manifest @']);
    expect(`${(await stored())?.digest}`).toBe(digest);
  });

  it('is asked for once by many clients at the same time', async () => {
    const digest = await push();

    const pulled = await Promise.all(Array.from({ length: 20 }, () => bench.pull('3')));

    expect(new Set(pulled)).toEqual(new Set([digest]));
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @']);
  });

  it('causes no GET by a HEAD, and is set by the pull of its digest that follows', async () => {
    const digest = await push();

    const seen = await bench.ports.tags.resolve(MIRRORED, tag('3'));
    expect(`${seen?.digest}`).toBe(digest);
    expect(bench.other.asked).toEqual(['stat 3']);

    await bench.ports.manifests.open(MIRRORED, Digest.parse(digest));
    expect(`${(await stored())?.digest}`).toBe(digest);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @']);
  });

  it('follows the upstream when its answer is not fresh any more', async () => {
    await push();
    await bench.pull('3');
    bench.now += 6 * MINUTE;
    await bench.pull('3');
    const moved = await push();

    expect(await bench.pull('3')).not.toBe(moved);
    bench.now += 6 * MINUTE;
    expect(await bench.pull('3')).toBe(moved);

    expect(bench.other.asked).toEqual(['stat 3', 'manifest @', 'stat 3', 'stat 3', 'manifest @']);
  });

  it('is set without a fetch if another tag already brought its manifest', async () => {
    const { bytes, digest } = await pushImage(bench.other.storage, REMOTE, { tags: ['3', '3.20'] });
    await bench.pull('3');

    expect(await bench.pull('3.20')).toBe(`${digest}`);

    expect(bench.other.asked).toEqual(['stat 3', 'manifest @', 'stat 3.20']);
    expect((await stored('3.20'))?.size).toBe(bytes.byteLength);
  });

  it('is not asked for again for a while after the upstream did not have it', async () => {
    expect(await bench.pull('3')).toBeUndefined();
    const digest = await push();
    expect(await bench.pull('3')).toBeUndefined();
    expect(bench.other.asked).toEqual(['stat 3']);

    bench.now += 2 * MINUTE;

    expect(await bench.pull('3')).toBe(digest);
  });

  it('is served as it was stored while the upstream fails, which rests for longer each time', async () => {
    const digest = await push();
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
    const digest = await push();
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

  it('is not served when it is older than it may be', async () => {
    bench.plan = planOf({ staleMs: 10 * MINUTE });
    await push();
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
    const digest = await push();
    await bench.pull('3');
    await push();
    bench.now += 6 * MINUTE;
    bench.other.manifestFailure = new RemoteFailure('limited', 'too many pulls', 90_000);

    expect(await bench.pull('3')).toBe(digest);
    expect(`${(await stored())?.digest}`).toBe(digest);
  });

  it.each([
    ['public', 'served as it was stored'],
    ['private', 'unknown'],
  ] as const)('of %s content that the upstream refuses is %s', async (content, outcome) => {
    bench.plan = planOf({ content });
    const digest = await push();
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
      const digest = await push();
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
    const digest = await push();
    bench.other.failure = new RemoteFailure('wrong', 'upstream.example sent a digest of its own');
    await expect(bench.pull('4')).rejects.toMatchObject({ kind: 'upstream-unavailable' });
    bench.other.failure = undefined;

    expect(await bench.pull('3')).toBe(digest);
  });

  it('is served without a question if the mirror is offline', async () => {
    const digest = await push();
    await bench.pull('3');
    bench.now += 6 * MINUTE;
    bench.plan = planOf({ offline: true });
    bench.other.asked.length = 0;

    expect(await bench.pull('3')).toBe(digest);
    expect(await bench.pull('4')).toBeUndefined();
    expect(bench.other.asked).toEqual([]);
  });

  it('of a repository that may not be fetched is not asked for', async () => {
    bench.plan = planOf({ deny: [RepositoryPattern.parse('library/**')] });
    await push();

    expect(await bench.pull('3')).toBeUndefined();
    expect(bench.other.asked).toEqual([]);
  });

  it('is forgotten by a removal, and asked for again', async () => {
    const digest = await push();
    await bench.pull('3');

    expect(await bench.ports.tags.remove(MIRRORED, tag('3'))).toBe(true);
    expect(await stored()).toBeUndefined();

    expect(await bench.pull('3')).toBe(digest);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @', 'stat 3']);
  });

  it('that another process got later is served', async () => {
    await push();
    await bench.pull('3');
    const moved = await push();

    await bench.pull('3', bench.open());

    expect(await bench.pull('3')).toBe(moved);
  });

  it('is not set to what the upstream said long ago', async () => {
    const old = await push();
    await bench.ports.tags.resolve(MIRRORED, tag('3'));
    bench.now += 60 * MINUTE;
    const moved = await push();
    await bench.pull('3', bench.open());

    await bench.ports.manifests.open(MIRRORED, Digest.parse(old));

    expect(`${(await stored())?.digest}`).toBe(moved);
  });

  it('does not get a later time of its push by being served while the upstream fails', async () => {
    await push();
    await bench.pull('3');
    const before = (await stored())?.pushedAt;
    bench.other.failure = down();
    bench.now += 6 * MINUTE;

    await bench.pull('3');

    expect((await stored())?.pushedAt).toBe(before);
  });

  it('that is old gets a later time when the upstream confirms it, so that it may be served for longer', async () => {
    await push();
    await bench.pull('3');
    const before = (await stored())?.pushedAt ?? 0;
    bench.plan = planOf({ staleMs: 0 });

    await bench.pull('3');

    expect((await stored())?.pushedAt).toBeGreaterThanOrEqual(before);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @', 'stat 3']);
  });
});
