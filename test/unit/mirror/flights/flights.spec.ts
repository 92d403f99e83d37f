import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collect } from '../../../../src/storage/contract/fixtures.js';
import {
  digestOf,
  DRIVERS,
  MIRRORED,
  MirrorBench,
  UNREADABLE,
} from '../../../support/mirror/mirror-bench.js';
import { down } from '../../../support/mirror/other-registry.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { until } from '../../../support/until.js';

const KIB = 1024;

describe.each([...DRIVERS, UNREADABLE] as const)(
  'the download of a blob into a mirror (%s)',
  (driver) => {
    let bench: MirrorBench;
    beforeEach(async () => {
      bench = await MirrorBench.open(driver);
    });
    afterEach(() => bench.close());

    it.each([0, 1, 64 * KIB, 64 * KIB + 1, 700 * KIB])(
      'gives a client and the storage all %i bytes',
      async (size) => {
        const { digest } = await bench.remoteBlob(size);

        expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
        await until(async () => (await bench.storedSize(digest)) === size);
        expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
        expect(bench.other.asked).toEqual(['blob 0']);
      },
    );

    it('gives bytes to its readers before the upstream has sent all', async () => {
      const { bytes, digest } = await bench.remoteBlob(400 * KIB);
      bench.other.pauseAt(200 * KIB);

      const begun = await bench.read(digest, { start: 0, end: 99 * KIB });
      const later = bench.read(digest);

      expect(digestOf(begun)).toBe(digestOf(bytes.subarray(0, 99 * KIB + 1)));
      bench.other.goOn();
      expect(digestOf(await later)).toBe(`${digest}`);
    });

    it('is one for all who read the blob, and each gets the range that it asks for', async () => {
      const { bytes, digest } = await bench.remoteBlob(500 * KIB);
      const ranges = [
        [0, 0],
        [10, 300_000],
        [499 * KIB, 500 * KIB - 1],
        [511_999, 511_999],
        [0, 511_999],
      ];

      const read = await Promise.all(
        ranges.map(([start = 0, end = 0]) => bench.read(digest, { start, end })),
      );

      expect(read.map(digestOf)).toEqual(
        ranges.map(([start, end = 0]) => digestOf(bytes.subarray(start, end + 1))),
      );
      expect(bench.other.asked).toEqual(['blob 0']);
    });

    it('goes on when its reader leaves', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      bench.other.pauseAt(300 * KIB);
      const blob = await bench.ports.blobs.open(MIRRORED, digest);
      const reading = blob?.read({ start: 0, end: 500 * KIB - 1 })[Symbol.asyncIterator]();
      await reading?.next();
      await reading?.return?.();
      await blob?.close();

      bench.other.goOn();

      await until(async () => (await bench.storedSize(digest)) === 500 * KIB);
    });

    it('continues a body that breaks off, where it ended, without its readers noticing', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      bench.other.breaks = { at: 256 * KIB, left: 2 };

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
      expect(bench.other.asked.at(-1)).toBe(`blob ${256 * KIB}`);
    });

    it('continues also if the upstream ignores ranges', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      bench.other.ignoresRanges = true;
      bench.other.breaks = { at: 256 * KIB, left: 2 };

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
    });

    it('is complete when all bytes have come, also if the body breaks off then', async () => {
      const { bytes, digest } = await bench.remoteBlob(300 * KIB);
      const asked: number[] = [];
      bench.other.blob = (_name, _digest, offset) => {
        asked.push(offset);
        return Promise.resolve({ size: bytes.length, offset, body: thenBroken(bytes) });
      };

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
      expect(asked).toEqual([0]);
    });

    it('cuts its readers after six failures, and continues for the next one', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      bench.other.breaks = { at: 256 * KIB, left: 6 };

      await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
      expect(await bench.storedSize(digest)).toBeUndefined();
      expect(bench.other.asked).toHaveLength(6);

      // What was kept outlasts a time in which nothing may be stored.
      bench.isReadOnly = true;
      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
      bench.isReadOnly = false;
      // What was kept outlasts a time in which the upstream does not answer at all.
      bench.other.failure = down();
      await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
      bench.other.failure = undefined;
      bench.now += 600_000;
      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
      expect(bench.other.asked.at(-1)).toBe(`blob ${256 * KIB}`);
      expect(await collect(bench.storage.uploads.idleSince(Infinity))).toEqual([]);
    });

    it('continues later what broke off, also if a pull comes while nothing may be stored', async () => {
      const { digest } = await bench.remoteBlob(500 * KIB);
      bench.other.breaks = { at: 256 * KIB, left: 6 };
      await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
      bench.isReadOnly = true;
      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);

      bench.isReadOnly = false;

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
      expect(bench.other.asked.at(-1)).toBe(`blob ${256 * KIB}`);
    });

    it.each([0, 200 * KIB, 400 * KIB - 1])(
      'never gives a whole blob, and stores nothing, if byte %i is wrong',
      async (wrongByte) => {
        const { digest } = await bench.remoteBlob(400 * KIB);
        bench.other.wrongByte = wrongByte;
        let got = 0;
        const onBytes = (count: number): void => void (got += count);

        await expect(bench.read(digest, undefined, { onBytes })).rejects.toMatchObject({
          kind: 'upstream-unavailable',
        });
        expect(got).toBeLessThanOrEqual(336 * KIB);
        expect(await bench.storedSize(digest)).toBeUndefined();
        expect(await collect(bench.storage.uploads.idleSince(Infinity))).toEqual([]);
        expect(bench.logged.join()).toContain(`sends other content than ${digest}`);
      },
    );

    it('never gives a whole blob if the upstream sends more than it has', async () => {
      const { digest } = await bench.remoteBlob(100 * KIB);
      bench.other.surplus = 10;

      await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });

      expect(await bench.storedSize(digest)).toBeUndefined();
    });

    it('gives a blob whose size the upstream does not say once it is stored', async () => {
      const { digest } = await bench.remoteBlob(200 * KIB);
      bench.other.saysSize = false;

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
    });

    it('ends if nobody said how large the blob is, and it is larger than any can be', async () => {
      const { digest } = await bench.remoteBlob(200 * KIB);
      bench.other.saysSize = false;
      const ports = bench.open({ firstWaitMs: 1 }, 100 * KIB);

      await expect(ports.blobs.open(MIRRORED, digest)).rejects.toMatchObject({
        kind: 'upstream-unavailable',
        message: 'the upstream sends more than 102400 bytes',
      });
      await ports.close();
      expect(await collect(bench.storage.uploads.idleSince(Infinity))).toEqual([]);
    });

    it('waits for its turn', async () => {
      bench.plan = planOf({ connections: 1 });
      const [one, two] = [await bench.remoteBlob(200 * KIB), await bench.remoteBlob(10)];
      bench.other.pauseAt(0);
      const running = bench.read(one.digest);
      await until(() => bench.other.asked.length === 1);

      const waiting = bench.read(two.digest);
      await until(() => bench.ports.states()[0]?.flights === 2);
      expect(bench.other.asked).toEqual(['blob 0']);
      bench.other.goOn();

      expect(digestOf(await running)).toBe(`${one.digest}`);
      expect(digestOf(await waiting)).toBe(`${two.digest}`);
    });

    it('is refused if its turn does not come in time', async () => {
      bench.plan = planOf({ connections: 1 });
      const short = bench.open({ firstWaitMs: 1, patienceMs: 1 });
      const [one, two] = [await bench.remoteBlob(200 * KIB), await bench.remoteBlob(10)];
      bench.other.pauseAt(0);
      const running = await short.blobs.open(MIRRORED, one.digest);

      await expect(short.blobs.open(MIRRORED, two.digest)).rejects.toMatchObject({
        kind: 'too-many-requests',
      });

      bench.other.goOn();
      await running?.close();
      await short.close();
    });

    it('ends when the mirror is closed, and cuts its readers', async () => {
      const { digest } = await bench.remoteBlob(400 * KIB);
      bench.other.pauseAt(200 * KIB);
      const reading = bench.read(digest).catch((error: unknown) => error);
      await until(() => bench.other.asked.length === 1);

      const closing = bench.ports.close();
      bench.other.goOn();
      await closing;

      expect(await reading).toMatchObject({ kind: 'upstream-unavailable' });
      expect(bench.other.isClosed).toBe(true);
      expect(await bench.storedSize(digest)).toBeUndefined();
    });
  },
);

async function* thenBroken(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
  await Promise.resolve();
  throw new Error('it was reset');
}
