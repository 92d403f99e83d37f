import { type LoadResult } from './load.ts';
import { type Workload } from './workloads.ts';

/** The results of one registry, one for each round. */
export type Rounds = readonly LoadResult[];

/** The median of the rounds, and their range. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Berth compared with the better of its peers, which may differ in each column and each round. */
export interface Comparison {
  /** MB/s, operations a second, or milliseconds for a workload by latency. */
  readonly speed: number;
  readonly peerSpeed: number | undefined;
  /** Above 1 if Berth is faster. */
  readonly speedRatio: Spread | undefined;
  /** CPU time of the server: seconds per GB, or microseconds per operation. */
  readonly cost: number;
  readonly peerCost: number | undefined;
  /** Above 1 if Berth needs less. */
  readonly costRatio: Spread | undefined;
  readonly peakMiB: number;
  readonly peerPeakMiB: number | undefined;
  /** CPU time of the load program, in the unit of `cost`. */
  readonly clientCost: number;
}

/** Compares round by round, because only within one round the machine is in the same state for all. */
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

/** Returns the CPU time of the server: seconds per GB, or microseconds per operation. */
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

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? NaN;
}
