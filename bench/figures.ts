import { type LoadResult } from './load.ts';
import { type Workload } from './workloads.ts';

/** What one registry did, round after round. */
export type Rounds = readonly LoadResult[];

/** The middle of what the rounds gave, and how far apart they were. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Berth beside the better of its peers, which may be another one in each column and each round. */
export interface Comparison {
  /** MB/s, operations a second, or, of a workload that counts by latency, milliseconds. */
  readonly speed: number;
  readonly peerSpeed: number | undefined;
  /** Above 1 where Berth is the quicker. */
  readonly speedRatio: Spread | undefined;
  /** Processor time of the server: seconds per GB, or microseconds per operation. */
  readonly cost: number;
  readonly peerCost: number | undefined;
  /** Above 1 where Berth takes less. */
  readonly costRatio: Spread | undefined;
  readonly peakMiB: number;
  readonly peerPeakMiB: number | undefined;
  /** Processor time of the load program for the same, in the unit of `cost`. */
  readonly clientCost: number;
}

/** Round by round: what the machine did meanwhile is the same for all only within one. */
export function compare(workload: Workload, berth: Rounds, peers: readonly Rounds[]): Comparison {
  const faster = (a: number, b: number): number => (workload.byLatency ? b / a : a / b);
  const best = (rounds: Rounds): number => bestOf(workload, rounds.map(speedOf(workload)));
  const rivals = berth.map((_, round) => peers.flatMap((peer) => peer[round] ?? []));
  const some = peers.length > 0;
  const bestSpeeds = rivals.map(best);
  const leastCosts = rivals.map((results) => Math.min(...results.map(costOf)));
  const ratios = (ratio: (result: LoadResult, round: number) => number): Spread | undefined =>
    some ? spreadOf(berth.map(ratio)) : undefined;
  return {
    speed: median(berth.map(speedOf(workload))),
    peerSpeed: some ? median(bestSpeeds) : undefined,
    speedRatio: ratios((result, round) =>
      faster(speedOf(workload)(result), bestSpeeds[round] ?? NaN),
    ),
    cost: median(berth.map(costOf)),
    peerCost: some ? median(leastCosts) : undefined,
    costRatio: ratios((result, round) => (leastCosts[round] ?? NaN) / costOf(result)),
    peakMiB: Math.max(...berth.map(({ peakMiB }) => peakMiB)),
    peerPeakMiB: some
      ? Math.min(...peers.map((peer) => Math.max(...peer.map(({ peakMiB }) => peakMiB))))
      : undefined,
    clientCost: median(berth.map(clientCostOf)),
  };
}

function bestOf(workload: Workload, speeds: readonly number[]): number {
  return workload.byLatency ? Math.min(...speeds) : Math.max(...speeds);
}

function speedOf({ byLatency }: Workload): (result: LoadResult) => number {
  return ({ amount, seconds, p99Ms }) => (byLatency ? p99Ms : amount / seconds);
}

/** Processor time of the server: seconds per GB, or microseconds per operation. */
export function costOf({ unit, amount, serverSeconds }: LoadResult): number {
  return (serverSeconds / amount) * (unit === 'MB' ? 1e3 : 1e6);
}

function clientCostOf(result: LoadResult): number {
  return costOf({ ...result, serverSeconds: result.clientSeconds });
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? NaN;
  return (lower + upper) / 2;
}
