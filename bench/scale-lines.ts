import { costOf, median, spreadOf, type Rounds, type Spread } from './figures.ts';
import { type LoadResult } from './load.ts';
import { type Measured } from './rounds.ts';
import { markdownTable, short } from './table.ts';
import { type Workload } from './workloads.ts';

/** A workload, and by how much Berth should be faster than the other registry. */
export interface ScaleWorkload extends Workload {
  readonly goal: number;
}

const USUAL_GOAL = 1.3;
/** Manifests and HEADs need no object store. */
const WITHOUT_OBJECTS_GOAL = 3;

export const SCALE_WORKLOADS: readonly ScaleWorkload[] = [
  large('push-64m-x1', 'push 64 MiB ×1'),
  large('push-64m-x4', 'push 64 MiB ×4'),
  { id: 'push-10k-x8', title: 'push 10 KiB ×8', group: 'small', goal: USUAL_GOAL },
  small('manifest-put-tag', 'manifest PUT by tag ×8'),
  small('manifest-get-tag', 'manifest GET by tag ×16'),
  small('blob-head', 'blob HEAD ×16'),
  { id: 'blob-redirect', title: 'blob GET, redirect ×16', group: 'small', goal: USUAL_GOAL },
];

function large(id: string, title: string): ScaleWorkload {
  return { id, title, group: 'push', inBytes: true, goal: USUAL_GOAL };
}

function small(id: string, title: string): ScaleWorkload {
  return { id, title, group: 'small', goal: WITHOUT_OBJECTS_GOAL };
}

/** How a registry was started, and its results. */
export interface Variant {
  readonly called: string;
  readonly measured: Measured;
}

/** Returns the tables of the rates and of the CPU time. Each variant of Berth is compared with each of distribution. */
export function linesTables(
  workloads: readonly ScaleWorkload[],
  berths: readonly Variant[],
  others: readonly Variant[],
): string {
  const rows = (cellsOf: (line: Line) => string[]): string[][] =>
    workloads.flatMap((workload) =>
      berths.map(({ called, measured }) => {
        const compared = others.map((other) => other.measured.get(workload.id) ?? []);
        const title = workload.title + called;
        return [title, ...cellsOf({ workload, berth: measured.get(workload.id) ?? [], compared })];
      }),
    );
  const names = others.map(({ called }) => called);
  const rated = [
    'workload',
    'Berth',
    ...names.flatMap((name) => [name, 'ratio', 'spread', 'goal']),
  ];
  const parts = ['workload', 'Berth', 'PostgreSQL', 'S3', 'all'];
  const costed = [...parts, ...names.flatMap((name) => [name, 'S3', 'ratio', 'spread'])];
  return `${markdownTable(rated, rows(rateCells))}\n\nCPU time:\n\n${markdownTable(costed, rows(costCells))}`;
}

/** A workload, and the rounds of Berth and of what it is compared with. */
interface Line {
  readonly workload: ScaleWorkload;
  readonly berth: Rounds;
  readonly compared: readonly Rounds[];
}

function rateCells({ workload: { goal, inBytes }, berth, compared }: Line): string[] {
  const speed = (rounds: Rounds): string =>
    `${short(median(rounds.map(rateOf)))}${inBytes ? ' MB/s' : '/s'}`;
  const others = compared.flatMap((other) => {
    const ratios = ratiosOf(berth, other, (ours, theirs) => rateOf(ours) / rateOf(theirs));
    const met = ratios.median >= goal;
    return [speed(other), ...ratioCells(ratios), `${goal}, ${met ? 'met' : 'missed'}`];
  });
  return [speed(berth), ...others];
}

function costCells({ workload: { inBytes }, berth, compared }: Line): string[] {
  const cost = (rounds: Rounds, of: (result: LoadResult) => number): string =>
    `${short(median(rounds.map(of)))} ${inBytes ? 's/GB' : 'µs'}`;
  const others = compared.flatMap((other) => [
    cost(other, costOf),
    cost(other, besideOf('S3')),
    ...ratioCells(ratiosOf(berth, other, (ours, theirs) => costOfAll(theirs) / costOfAll(ours))),
  ]);
  const beside = [besideOf('PostgreSQL'), besideOf('S3'), costOfAll];
  return [cost(berth, costOf), ...beside.map((of) => cost(berth, of)), ...others];
}

/** Pairs the rounds, because only within one round the machine is in the same state for all. */
function ratiosOf(
  berth: Rounds,
  other: Rounds,
  ratio: (ours: LoadResult, theirs: LoadResult) => number,
): Spread {
  return spreadOf(
    berth.map((ours, round) => {
      const theirs = other[round];
      return theirs === undefined ? NaN : ratio(ours, theirs);
    }),
  );
}

function ratioCells({ median, least, most }: Spread): [string, string] {
  return [`**${short(median)}**`, `${short(least)}–${short(most)}`];
}

function rateOf({ amount, seconds }: LoadResult): number {
  return amount / seconds;
}

function besideOf(name: string): (result: LoadResult) => number {
  return (result) => costOf({ ...result, serverSeconds: result.besideSeconds?.[name] ?? NaN });
}

/** Returns the CPU time of the registry and of all servers that it uses. */
export function costOfAll(result: LoadResult): number {
  const beside = Object.values(result.besideSeconds ?? {}).reduce((sum, part) => sum + part, 0);
  return costOf({ ...result, serverSeconds: result.serverSeconds + beside });
}
