import { type JSX } from 'react';

import { SPARKLINE, sparklinePath } from './sparkline-path.js';

interface SparklineProps {
  readonly values: readonly number[];
  /** Says in words what the bars show, to a screen reader and on demand. */
  readonly label: string;
}

/** Shows values as small bars in the colour of the text. */
export function Sparkline({ values, label }: SparklineProps): JSX.Element {
  const { width, height, bar } = SPARKLINE;
  return (
    <svg role="img" width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <title>{label}</title>
      <path d={sparklinePath(values)} stroke="currentColor" strokeWidth={bar} />
    </svg>
  );
}
