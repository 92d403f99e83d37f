import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RepositoryPattern } from '../../../../src/access/policy/repository-pattern.js';
import { Digest } from '../../../../src/domain/digest.js';
import { pushImage, tag } from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';

const MINUTE = 60_000;

describe('a tag of a mirror', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  it('is asked for by HEAD, and its manifest is fetched once by its digest', async () => {
    const digest = await bench.push();

    for (let pull = 0; pull < 3; pull++) expect(await bench.pull('3')).toBe(digest);

    expect(bench.other.asked).toEqual(['stat 3', 'manifest @']);
    expect(`${(await bench.stored())?.digest}`).toBe(digest);
  });

  it('is asked for once by many clients at the same time', async () => {
    const digest = await bench.push();

    const pulled = await Promise.all(Array.from({ length: 20 }, () => bench.pull('3')));

    expect(new Set(pulled)).toEqual(new Set([digest]));
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @']);
  });

  it('causes no GET by a HEAD, and is set by the pull of its digest that follows', async () => {
    const digest = await bench.push();

    const seen = await bench.ports.tags.resolve(MIRRORED, tag('3'));
    expect(`${seen?.digest}`).toBe(digest);
    expect(bench.other.asked).toEqual(['stat 3']);

    await bench.ports.manifests.open(MIRRORED, Digest.parse(digest));
    expect(`${(await bench.stored())?.digest}`).toBe(digest);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @']);
  });

  it('follows the upstream when its answer is not fresh any more', async () => {
    await bench.push();
    await bench.pull('3');
    bench.now += 6 * MINUTE;
    await bench.pull('3');
    const moved = await bench.push();

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
    expect((await bench.stored('3.20'))?.size).toBe(bytes.byteLength);
  });

  it('is not asked for again for a while after the upstream did not have it', async () => {
    expect(await bench.pull('3')).toBeUndefined();
    const digest = await bench.push();
    expect(await bench.pull('3')).toBeUndefined();
    expect(bench.other.asked).toEqual(['stat 3']);

    bench.now += 2 * MINUTE;

    expect(await bench.pull('3')).toBe(digest);
  });

  it('is served without a question if the mirror is offline', async () => {
    const digest = await bench.push();
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
    await bench.push();

    expect(await bench.pull('3')).toBeUndefined();
    expect(bench.other.asked).toEqual([]);
  });

  it('is forgotten by a removal, and asked for again', async () => {
    const digest = await bench.push();
    await bench.pull('3');

    expect(await bench.ports.tags.remove(MIRRORED, tag('3'))).toBe(true);
    expect(await bench.stored()).toBeUndefined();

    expect(await bench.pull('3')).toBe(digest);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @', 'stat 3']);
  });

  it('that another process got later is served', async () => {
    await bench.push();
    await bench.pull('3');
    const moved = await bench.push();

    await bench.pull('3', bench.open());

    expect(await bench.pull('3')).toBe(moved);
  });

  it('is not set to what the upstream said long ago', async () => {
    const old = await bench.push();
    await bench.ports.tags.resolve(MIRRORED, tag('3'));
    bench.now += 60 * MINUTE;
    const moved = await bench.push();
    await bench.pull('3', bench.open());

    await bench.ports.manifests.open(MIRRORED, Digest.parse(old));

    expect(`${(await bench.stored())?.digest}`).toBe(moved);
  });

  it('that is old gets a later time when the upstream confirms it, so that it may be served for longer', async () => {
    await bench.push();
    await bench.pull('3');
    const before = (await bench.stored())?.pushedAt ?? 0;
    bench.plan = planOf({ staleMs: 0 });

    await bench.pull('3');

    expect((await bench.stored())?.pushedAt).toBeGreaterThanOrEqual(before);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @', 'stat 3']);
  });
});
