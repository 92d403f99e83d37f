import { type Comparison, type Spread } from './figures.ts';
import { type Workload } from './workloads.ts';

/** One line of the table: a workload, and how Berth was started for it. */
export interface Line {
  readonly workload: Workload;
  /** Shown after the name of the workload. */
  readonly variant: string;
  readonly comparison: Comparison;
}

const HEAD = [
  'workload',
  'Berth',
  'peer',
  'ratio',
  'spread',
  'CPU Berth',
  'CPU peer',
  'ratio',
  'spread',
  'peak Berth',
  'peak peer',
  'CPU client',
];

/** Returns a Markdown table whose columns are aligned, so that it can be read in a terminal too. */
export function table(lines: readonly Line[]): string {
  return markdownTable(HEAD, lines.map(cells));
}

export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cells({ workload, variant, comparison }: Line): string[] {
  const { speedRatio, costRatio, peakMiB, peerPeakMiB } = comparison;
  const speedUnit = workload.byLatency ? 'ms' : workload.inBytes ? 'MB/s' : '/s';
  const costUnit = workload.inBytes ? 's/GB' : 'µs';
  const none = workload.alone ? 'has none' : '';
  return [
    workload.title + variant,
    withUnit(comparison.speed, speedUnit),
    withUnit(comparison.peerSpeed, speedUnit) || none,
    ratio(speedRatio),
    range(speedRatio),
    withUnit(comparison.cost, costUnit),
    withUnit(comparison.peerCost, costUnit),
    ratio(costRatio),
    range(costRatio),
    withUnit(peakMiB, 'MiB'),
    withUnit(peerPeakMiB, 'MiB'),
    withUnit(comparison.clientCost, costUnit),
  ];
}

function ratio(spread: Spread | undefined): string {
  return spread === undefined ? '' : `**${short(spread.median)}**`;
}

function range(spread: Spread | undefined): string {
  return spread === undefined ? '' : `${short(spread.least)}–${short(spread.most)}`;
}

function withUnit(value: number | undefined, unit: string): string {
  if (value === undefined) return '';
  return `${short(value)}${unit.startsWith('/') ? '' : ' '}${unit}`;
}

/** Formats a number with at most three digits, because measurements are not more exact. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}
