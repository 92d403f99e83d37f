import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Digest } from '../../../../src/domain/digest.js';
import { collect } from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench } from '../../../support/mirror/mirror-bench.js';

const MIB = 1024 ** 2;

describe('the ranges of a blob that is passed on', () => {
  let bench: MirrorBench;
  let bytes: Buffer;
  let digest: Digest;
  beforeEach(async () => {
    bench = await MirrorBench.open();
    bench.isReadOnly = true;
    ({ bytes, digest } = await bench.remoteBlob(3 * MIB));
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
    // The client asked for too much. The mirror has not failed.
    expect(bench.reported).not.toContain('blob failed');
    expect(bench.logged).toEqual([]);
  });
});
