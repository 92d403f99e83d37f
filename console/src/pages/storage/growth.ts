/** The stored bytes at one moment, in milliseconds since 1970. */
export interface Point {
  readonly atMs: number;
  readonly bytes: number;
}

/** How far back the page looks. */
export const GROWTH_DAYS = 30;

const DAY_MS = 86_400_000;

/** Returns the points of the last 30 days, and the one before, which tells what was stored when they began. */
export function recentPoints(points: readonly Point[], nowMs: number): readonly Point[] {
  const since = nowMs - GROWTH_DAYS * DAY_MS;
  const first = points.findIndex(({ atMs }) => atMs >= since);
  return first === -1 ? points.slice(-1) : points.slice(Math.max(0, first - 1));
}

/** The lines of a chart, for an SVG of this width and height. */
export interface ChartPaths {
  readonly line: string;
  readonly area: string;
}

/** Returns the chart of the points, from zero to the largest. It needs two points with a time between them. */
export function chartOf(
  points: readonly Point[],
  width: number,
  height: number,
): ChartPaths | undefined {
  const [first, last] = [points.at(0), points.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
  const most = Math.max(1, ...points.map(({ bytes }) => bytes));
  const steps = points.map(({ atMs, bytes }) => {
    const x = ((atMs - first.atMs) / (last.atMs - first.atMs)) * width;
    return `${round(x)},${round(height - (bytes / most) * height)}`;
  });
  const line = `M${steps.join('L')}`;
  return { line, area: `${line}L${width},${height}L0,${height}Z` };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
