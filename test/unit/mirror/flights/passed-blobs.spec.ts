import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { collect, pause } from '../../../../src/storage/contract/fixtures.js';
import { digestOf, DRIVERS, MIRRORED, MirrorBench } from '../../../support/mirror/mirror-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { until } from '../../../support/until.js';

const KIB = 1024;

/** The bytes at its end that nobody gets before all were verified. */
const HELD_BACK = 64 * KIB;

let bench: MirrorBench;

describe.each(DRIVERS)('a blob while nothing may be stored (%s)', (driver) => {
  beforeEach(async () => {
    bench = await MirrorBench.open(driver);
    bench.isReadOnly = true;
  });
  afterEach(() => bench.close());

  it.each([0, 1, HELD_BACK, HELD_BACK + 1, 700 * KIB])(
    'is passed on with all %i bytes, and not stored',
    async (size) => {
      const { digest } = await bench.remoteBlob(size);

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);

      expect(await bench.storedSize(digest)).toBeUndefined();
      expect(await collect(bench.storage.uploads.idleSince(Infinity))).toEqual([]);
      expect(bench.other.asked).toEqual(['blob 0']);
      expect(bench.reported).toEqual(['blob fetched']);
      expect(bench.bytes['upstream'] ?? 0).toBe(size);
    },
  );

  it('is a download of its own for each client, which is stored once it may be', async () => {
    const { digest } = await bench.remoteBlob(200 * KIB);

    const read = await Promise.all([bench.read(digest), bench.read(digest)]);
    bench.isReadOnly = false;

    expect(read.map(digestOf)).toEqual([`${digest}`, `${digest}`]);
    expect(bench.other.asked).toEqual(['blob 0', 'blob 0']);
    await bench.read(digest);
    await until(async () => (await bench.storedSize(digest)) === 200 * KIB);
  });

  it('gives its first bytes before the upstream has sent all', async () => {
    const { bytes, digest } = await bench.remoteBlob(400 * KIB);
    bench.other.pauseAt(200 * KIB);

    const begun = await bench.read(digest, { start: 0, end: 99 * KIB });

    expect(digestOf(begun)).toBe(digestOf(bytes.subarray(0, 99 * KIB + 1)));
    bench.other.goOn();
  });

  it.each([0, 200 * KIB, 400 * KIB - 1])(
    'never comes whole if byte %i is wrong, and the log names it',
    async (wrongByte) => {
      const { digest } = await bench.remoteBlob(400 * KIB);
      bench.other.wrongByte = wrongByte;
      let got = 0;
      const onBytes = (count: number): void => void (got += count);

      await expect(bench.read(digest, undefined, { onBytes })).rejects.toMatchObject({
        kind: 'upstream-unavailable',
      });
      expect(got).toBe(336 * KIB);
      expect(bench.logged.join()).toContain(`sends other content than ${digest}`);
      expect(bench.reported).toEqual(['blob fetched', 'blob failed']);
    },
  );

  it('never comes whole if the upstream sends more than it has', async () => {
    const { digest } = await bench.remoteBlob(100 * KIB);
    bench.other.surplus = 10;

    await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
  });

  it('continues a body that breaks off, where it ended, also if the upstream ignores ranges', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    bench.other.breaks = { at: 256 * KIB, left: 2 };
    expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
    expect(bench.other.asked.at(-1)).toBe(`blob ${256 * KIB}`);

    bench.other.ignoresRanges = true;
    bench.other.breaks = { at: 256 * KIB, left: 2 };
    expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
  });

  it('is cut after six failures', async () => {
    const { digest } = await bench.remoteBlob(500 * KIB);
    bench.other.breaks = { at: 256 * KIB, left: 6 };

    await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
    expect(bench.other.asked).toHaveLength(6);
  });

  it('that the upstream does not have does not exist', async () => {
    expect(await bench.read(Digest.of(Buffer.from('other')))).toBeUndefined();
    expect(bench.ports.states()[0]?.flights).toBe(0);
  });

  it('whose size nobody says is refused, and says why', async () => {
    const { digest } = await bench.remoteBlob(200 * KIB);
    bench.other.saysSize = false;

    await expect(bench.read(digest)).rejects.toMatchObject({
      kind: 'upstream-unavailable',
      message: expect.stringContaining('read-only'),
    });
    expect(bench.ports.states()[0]?.flights).toBe(0);
  });

  it('waits for its turn, which a client that leaves gives back', async () => {
    bench.plan = planOf({ connections: 1 });
    const ports = bench.open({ firstWaitMs: 1, patienceMs: 1 });
    const [one, two] = [await bench.remoteBlob(200 * KIB), await bench.remoteBlob(10)];
    const first = await ports.blobs.open(MIRRORED, one.digest);

    await expect(ports.blobs.open(MIRRORED, two.digest)).rejects.toMatchObject({
      kind: 'too-many-requests',
    });
    await first?.close();
    const second = await ports.blobs.open(MIRRORED, two.digest);

    expect(second?.size).toBe(10);
    await second?.close();
    await ports.close();
  });

  it('gives way if its client takes nothing for long, but only to others that wait', async () => {
    bench.plan = planOf({ connections: 1 });
    const ports = bench.open({ firstWaitMs: 1, patienceMs: 10_000, slowMs: 50 });
    const [one, two] = [await bench.remoteBlob(8 * 1024 * KIB), await bench.remoteBlob(10)];
    const first = await ports.blobs.open(MIRRORED, one.digest);
    if (first === undefined) throw new Error('the blob does not exist');
    const pieces = first.read({ start: 0, end: first.size - 1 })[Symbol.asyncIterator]();
    await pieces.next();
    await pause(200);
    expect((await pieces.next()).done).toBe(false);

    const second = await ports.blobs.open(MIRRORED, two.digest);

    expect(second?.size).toBe(10);
    expect(bench.logged.join()).toContain(`${one.digest} of library/alpine is read too slowly`);
    await expect(collect({ [Symbol.asyncIterator]: () => pieces })).rejects.toBeDefined();
    await first.close();
    // The turn was given back once.
    expect(ports.states()[0]?.flights).toBe(1);
    const third = ports.blobs.open(MIRRORED, one.digest);
    await pause(20);
    expect(ports.states()[0]?.flights).toBe(2);
    await second?.close();
    await (await third)?.close();
    await ports.close();
  });

  it.each([
    ['all bytes', { start: 0, end: 400 * KIB - 1 }],
    ['the last byte', { start: 400 * KIB - 1, end: 400 * KIB - 1 }],
  ])('ends when a client leaves that waits for %s', async (_, range) => {
    const { digest } = await bench.remoteBlob(400 * KIB);
    bench.other.pauseAt(200 * KIB);
    const blob = await bench.ports.blobs.open(MIRRORED, digest);
    if (blob === undefined) throw new Error('the blob does not exist');
    const reading = collect(blob.read(range)).catch((error: unknown) => error);
    await until(() => (bench.bytes['upstream'] ?? 0) >= 200 * KIB);

    blob.leave?.();

    expect(await reading).toMatchObject({ name: 'AbortError' });
    await blob.close();
    expect(bench.ports.states()[0]?.flights).toBe(0);
    expect([bench.logged, bench.reported]).toEqual([[], ['blob fetched']]);
  });

  it('keeps its connection while it waits for its turn, also if the plan changes', async () => {
    bench.plan = planOf({ connections: 1 });
    const ports = bench.open();
    const [one, two] = [await bench.remoteBlob(200 * KIB), await bench.remoteBlob(10)];
    const first = await ports.blobs.open(MIRRORED, one.digest);
    const waiting = ports.blobs.open(MIRRORED, two.digest);
    await until(() => ports.states()[0]?.flights === 2);
    bench.plan = planOf({ connections: 1, fingerprint: 'other' });
    await ports.blobs.stat(MIRRORED, one.digest);

    await first?.close();
    const second = await waiting;

    expect(bench.other.isClosed).toBe(false);
    await second?.close();
    await until(() => bench.other.isClosed);
    await ports.close();
  });

  it('is cut when the registry stops', async () => {
    const { digest } = await bench.remoteBlob(400 * KIB);
    bench.other.pauseAt(200 * KIB);
    const reading = bench.read(digest).catch((error: unknown) => error);
    await until(() => bench.other.asked.length === 1);

    await bench.ports.close();

    expect(await reading).toMatchObject({ kind: 'upstream-unavailable' });
    expect(bench.logged).toEqual([]);
  });
});
