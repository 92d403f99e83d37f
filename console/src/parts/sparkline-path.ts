/** The box of a sparkline, and the width of a bar in it. Each of 30 bars begins at a whole pixel, so that its edge is sharp. */
export const SPARKLINE = { width: 60, height: 16, bar: 1.5 } as const;

/** The least height of a bar, so that one pull beside thousands can still be seen. */
const MIN_HEIGHT = 1.5;

/** Returns the path of a bar for each value that is not 0, drawn from the bottom. All of them are one path, which a list draws quickly. */
export function sparklinePath(values: readonly number[]): string {
  const most = Math.max(...values, 1);
  const { width, height: full, bar } = SPARKLINE;
  const step = width / Math.max(values.length, 1);
  return values
    .map((value, at) => {
      if (value <= 0) return '';
      const height = Math.max(MIN_HEIGHT, (value / most) * full);
      return `M${rounded(at * step + bar / 2)} ${full}v${rounded(-height)}`;
    })
    .join('');
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
