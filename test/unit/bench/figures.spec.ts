import { describe, expect, it } from '@jest/globals';

import { compare, median } from '../../../bench/figures.js';
import { type LoadResult } from '../../../bench/load.js';
import { table } from '../../../bench/table.js';
import { type Workload } from '../../../bench/workloads.js';

const HEADS: Workload = { id: 'heads', title: 'heads', group: 'heads' };
const WAITS: Workload = { ...HEADS, inBytes: true, byLatency: true };

function result(figures: Partial<LoadResult>): LoadResult {
  return {
    workload: 'heads',
    unit: 'op',
    amount: 1_000,
    seconds: 1,
    serverSeconds: 1,
    clientSeconds: 0.1,
    idleMiB: 50,
    peakMiB: 80,
    p50Ms: 1,
    p99Ms: 2,
    maxMs: 3,
    ...figures,
  };
}

describe('a comparison', () => {
  it('takes the better peer in each round and each column', () => {
    const berth = [result({ seconds: 1, serverSeconds: 1 }), result({ seconds: 1 })];
    const quick = [result({ seconds: 2, serverSeconds: 8 }), result({ seconds: 5 })];
    const thrifty = [result({ seconds: 4, serverSeconds: 2 }), result({ seconds: 4 })];
    const { speedRatio, costRatio } = compare(HEADS, berth, [quick, thrifty]);
    expect(speedRatio).toEqual({ median: 3, least: 2, most: 4 });
    expect(costRatio).toEqual({ median: 1.5, least: 1, most: 2 });
  });

  it('is above 1 where Berth waits less', () => {
    const berth = [result({ p99Ms: 10 })];
    const peers = [[result({ p99Ms: 30 })], [result({ p99Ms: 20 })]];
    const { speed, peerSpeed, speedRatio } = compare(WAITS, berth, peers);
    expect([speed, peerSpeed, speedRatio?.median]).toEqual([10, 20, 2]);
  });

  it('counts processor time by the operation in microseconds, and by the GB in seconds', () => {
    const { cost, clientCost } = compare(HEADS, [result({ serverSeconds: 0.05 })], []);
    expect([cost, clientCost]).toEqual([50, 100]);
    const bytes = result({ unit: 'MB', amount: 500, serverSeconds: 1 });
    expect(compare(WAITS, [bytes], []).cost).toBe(2);
  });

  it('has no ratio without a peer', () => {
    const { peerSpeed, speedRatio, costRatio } = compare(HEADS, [result({})], []);
    expect([peerSpeed, speedRatio, costRatio]).toEqual([undefined, undefined, undefined]);
  });
});

describe('the median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
  ])('of %j is %d', (values, expected) => expect(median(values)).toBe(expected));
});

describe('the table', () => {
  it('says where peers have nothing to compare with', () => {
    const workload: Workload = { ...HEADS, alone: true };
    const comparison = compare(workload, [result({})], []);
    const [, , line] = table([{ workload, variant: '', comparison }]).split('\n');
    expect(line?.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'heads',
      '1,000/s',
      'has none',
      '',
      '',
      '1,000 µs',
      '',
      '',
      '',
      '80.0 MiB',
      '',
      '100 µs',
      '',
    ]);
  });
});
