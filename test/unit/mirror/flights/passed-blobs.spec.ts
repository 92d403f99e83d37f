import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { RemoteFailure } from '../../../../src/client/registry-client.js';
import { Digest } from '../../../../src/domain/digest.js';
import { type MirroredPorts } from '../../../../src/mirror/mirrored-ports.js';
import { collect, pushBlob, uniqueBytes } from '../../../../src/storage/contract/fixtures.js';
import { DRIVERS, MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { until } from '../../../support/until.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** The bytes at its end that nobody gets before all were verified. */
const HELD_BACK = 64 * KIB;

let bench: MirrorBench;

/** Pushes a blob to the other registry. */
async function remoteBlob(size: number): Promise<{ bytes: Buffer; digest: Digest }> {
  const bytes = uniqueBytes(size);
  return { bytes, digest: await pushBlob(bench.other.storage, REMOTE, bytes) };
}

/** Returns what a test compares: large buffers themselves take the matchers seconds. */
function digestOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Digest.of(bytes).toString();
}

const storedSize = (digest: Digest) => bench.storage.blobs.stat(MIRRORED, digest);

describe.each(DRIVERS)('a blob while nothing may be stored (%s)', (driver) => {
  beforeEach(async () => {
    bench = await MirrorBench.open(driver);
    bench.isReadOnly = true;
  });
  afterEach(() => bench.close());

  it.each([0, 1, HELD_BACK, HELD_BACK + 1, 700 * KIB])(
    'is passed on with all %i bytes, and not stored',
    async (size) => {
      const { digest } = await remoteBlob(size);

      expect(digestOf(await bench.read(digest))).toBe(`${digest}`);

      expect(await storedSize(digest)).toBeUndefined();
      expect(await collect(bench.storage.uploads.idleSince(Infinity))).toEqual([]);
      expect(bench.other.asked).toEqual(['blob 0']);
      expect(bench.reported).toEqual(['blob fetched']);
      expect(bench.bytes['upstream'] ?? 0).toBe(size);
    },
  );

  it('is a download of its own for each client, which is stored once it may be', async () => {
    const { digest } = await remoteBlob(200 * KIB);

    const read = await Promise.all([bench.read(digest), bench.read(digest)]);
    bench.isReadOnly = false;

    expect(read.map(digestOf)).toEqual([`${digest}`, `${digest}`]);
    expect(bench.other.asked).toEqual(['blob 0', 'blob 0']);
    await bench.read(digest);
    await until(async () => (await storedSize(digest)) === 200 * KIB);
  });

  it('gives its first bytes before the upstream has sent all', async () => {
    const { bytes, digest } = await remoteBlob(400 * KIB);
    bench.other.pauseAt(200 * KIB);

    const begun = await bench.read(digest, { start: 0, end: 99 * KIB });

    expect(digestOf(begun)).toBe(digestOf(bytes.subarray(0, 99 * KIB + 1)));
    bench.other.goOn();
  });

  it.each([0, 200 * KIB, 400 * KIB - 1])(
    'never comes whole if byte %i is wrong, and the log names it',
    async (wrongByte) => {
      const { digest } = await remoteBlob(400 * KIB);
      bench.other.wrongByte = wrongByte;
      const blob = await bench.ports.blobs.open(MIRRORED, digest);
      let got = 0;

      const reading = async (): Promise<void> => {
        for await (const piece of blob?.read({ start: 0, end: 400 * KIB - 1 }) ?? [])
          got += piece.byteLength;
      };

      await expect(reading()).rejects.toMatchObject({ kind: 'upstream-unavailable' });
      await blob?.close();
      expect(got).toBe(336 * KIB);
      expect(bench.logged.join()).toContain(`sends other content than ${digest}`);
      expect(bench.reported).toEqual(['blob fetched', 'blob failed']);
    },
  );

  it('never comes whole if the upstream sends more than it has', async () => {
    const { digest } = await remoteBlob(100 * KIB);
    bench.other.surplus = 10;

    await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
  });

  it('continues a body that breaks off, where it ended, also if the upstream ignores ranges', async () => {
    const { digest } = await remoteBlob(500 * KIB);
    bench.other.breaks = { at: 256 * KIB, left: 2 };
    expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
    expect(bench.other.asked.at(-1)).toBe(`blob ${256 * KIB}`);

    bench.other.ignoresRanges = true;
    bench.other.breaks = { at: 256 * KIB, left: 2 };
    expect(digestOf(await bench.read(digest))).toBe(`${digest}`);
  });

  it('is cut after six failures', async () => {
    const { digest } = await remoteBlob(500 * KIB);
    bench.other.breaks = { at: 256 * KIB, left: 6 };

    await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'upstream-unavailable' });
    expect(bench.other.asked).toHaveLength(6);
  });

  it('that the upstream does not have does not exist', async () => {
    expect(await bench.read(Digest.of(Buffer.from('other')))).toBeUndefined();
    expect(bench.ports.states()[0]?.flights).toBe(0);
  });

  it('whose size nobody says is refused, and says why', async () => {
    const { digest } = await remoteBlob(200 * KIB);
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
    const [one, two] = [await remoteBlob(200 * KIB), await remoteBlob(10)];
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

  it.each([
    ['all bytes', { start: 0, end: 400 * KIB - 1 }],
    ['the last byte', { start: 400 * KIB - 1, end: 400 * KIB - 1 }],
  ])('ends when a client leaves that waits for %s', async (_, range) => {
    const { digest } = await remoteBlob(400 * KIB);
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
    const [one, two] = [await remoteBlob(200 * KIB), await remoteBlob(10)];
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
    const { digest } = await remoteBlob(400 * KIB);
    bench.other.pauseAt(200 * KIB);
    const reading = bench.read(digest).catch((error: unknown) => error);
    await until(() => bench.other.asked.length === 1);

    await bench.ports.close();

    expect(await reading).toMatchObject({ kind: 'upstream-unavailable' });
    expect(bench.logged).toEqual([]);
  });
});

describe('the ranges of a blob that is passed on', () => {
  let bytes: Buffer;
  let digest: Digest;
  beforeEach(async () => {
    bench = await MirrorBench.open();
    bench.isReadOnly = true;
    ({ bytes, digest } = await remoteBlob(3 * MIB));
  });
  afterEach(() => bench.close());

  /** Reads ranges of one open blob, in this order. Resolves to whether each was right. */
  async function readAll(ranges: readonly (readonly [number, number])[]): Promise<boolean[]> {
    const blob = await bench.ports.blobs.open(MIRRORED, digest);
    const right: boolean[] = [];
    try {
      for (const [start, end] of ranges) {
        if (blob === undefined) throw new Error('the blob does not exist');
        const pieces = await collect(blob.read({ start, end }));
        right.push(Buffer.concat(pieces).equals(bytes.subarray(start, end + 1)));
      }
    } finally {
      await blob?.close();
    }
    return right;
  }

  const SIZE = 3 * MIB;

  it.each([
    ['at the beginning', [[0, 0]], ['blob 0']],
    ['soon after it', [[100, 200_000]], ['blob 0']],
    ['far from it', [[2 * MIB, 2 * MIB + 10]], ['blob 0', `blob ${2 * MIB}`]],
    ['in order', [[1, 9], [50, 60], [70_000, 80_000]], ['blob 0']], // prettier-ignore
    ['in the wrong order', [[70_000, 80_000], [50, 60]], ['blob 0', 'blob 50']], // prettier-ignore
    ['of the last bytes', [[SIZE - 10, SIZE - 1]], ['blob 0']],
    ['of the last bytes twice', [[SIZE - 10, SIZE - 1], [SIZE - 20, SIZE - 11]], ['blob 0']], // prettier-ignore
    ['far from it up to the end', [[2 * MIB, SIZE - 1]], ['blob 0']],
    ['far from it, and the last byte', [[2 * MIB, 2 * MIB], [SIZE - 1, SIZE - 1]], ['blob 0', `blob ${2 * MIB}`, 'blob 0']], // prettier-ignore
  ] as const)('come right %s', async (_, ranges, asked) => {
    expect(await readAll(ranges)).toEqual(ranges.map(() => true));
    expect(bench.other.asked).toEqual(asked);
  });

  it('come also from an upstream that ignores ranges', async () => {
    bench.other.ignoresRanges = true;

    expect(await readAll([[2 * MIB, 2 * MIB + 10]])).toEqual([true]);
  });

  it('never give the last bytes of a blob that is wrong', async () => {
    bench.other.wrongByte = 5;

    await expect(readAll([[SIZE - 1, SIZE - 1]])).rejects.toMatchObject({
      kind: 'upstream-unavailable',
    });
  });

  it('never give the last bytes with others of a later download that are wrong', async () => {
    const blob = await bench.ports.blobs.open(MIRRORED, digest);
    if (blob === undefined) throw new Error('the blob does not exist');
    await collect(blob.read({ start: SIZE - 1, end: SIZE - 1 }));
    bench.other.wrongByte = 5;

    await expect(collect(blob.read({ start: 0, end: SIZE - 1 }))).rejects.toMatchObject({
      kind: 'upstream-unavailable',
    });
    await blob.close();
  });

  it('cost at most 16 questions', async () => {
    const backwards = Array.from({ length: 20 }, (_, at) => [20 - at, 20 - at] as const);

    await expect(readAll(backwards)).rejects.toMatchObject({ kind: 'too-many-requests' });
    expect(bench.other.asked).toHaveLength(16);
  });
});

describe('a blob while the storage is full', () => {
  let ports: MirroredPorts;
  beforeEach(async () => {
    bench = await MirrorBench.open('memory', {}, 200 * KIB);
    ports = bench.open({ firstWaitMs: 1, patienceMs: 10_000, fullMs: 50 });
  });
  afterEach(async () => {
    await ports.close();
    await bench.close();
  });

  it('is passed on, also to those who read it when the storage became full', async () => {
    const { digest } = await remoteBlob(500 * KIB);

    const read = await Promise.all([bench.read(digest), bench.read(digest)]);

    expect(read.map(digestOf)).toEqual([`${digest}`, `${digest}`]);
    expect(await storedSize(digest)).toBeUndefined();
    expect(await collect(bench.storage.uploads.idleSince(Infinity))).toEqual([]);
    expect(bench.logged.filter((line) => line.startsWith('error'))).toEqual([]);
    expect(bench.reported).not.toContain('blob failed');
  });

  it('is not tried to be stored again at once, but a moment later', async () => {
    const [large, small] = [await remoteBlob(500 * KIB), await remoteBlob(1_000)];
    await readBy(ports, large.digest);
    await readBy(ports, small.digest);
    expect(await storedSize(small.digest)).toBeUndefined();

    await until(async () => {
      await readBy(ports, small.digest);
      return (await storedSize(small.digest)) !== undefined;
    });
  });

  it('gets 507 if nobody says how large it is', async () => {
    const { digest } = await remoteBlob(500 * KIB);
    bench.other.saysSize = false;

    await expect(bench.read(digest)).rejects.toMatchObject({ kind: 'storage-full' });
    expect(bench.ports.states()[0]?.flights).toBe(0);
  });

  it('fails as the upstream does', async () => {
    const { digest } = await remoteBlob(500 * KIB);
    await readBy(ports, digest);
    bench.other.failure = new RemoteFailure('limited', 'docker.io has a limit', 5_000);

    await expect(readBy(ports, digest)).rejects.toMatchObject({ kind: 'upstream-limited' });
  });

  it('has its size for a HEAD, also while it is tried to be stored', async () => {
    const { digest } = await remoteBlob(500 * KIB);
    const reading = readBy(ports, digest);

    expect(await ports.blobs.stat(MIRRORED, digest)).toBe(500 * KIB);
    await reading;
  });

  async function readBy({ blobs }: MirroredPorts, digest: Digest): Promise<void> {
    const blob = await blobs.open(MIRRORED, digest);
    try {
      if (blob !== undefined) await collect(blob.read({ start: 0, end: blob.size - 1 }));
    } finally {
      await blob?.close();
    }
  }
});
