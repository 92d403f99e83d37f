import { type JSX } from 'react';

import { countText } from '../../parts/format.js';
import { Sparkline } from '../../parts/sparkline.js';
import classes from './repositories.module.css';

interface RecentPullsProps {
  readonly pulls: number;
  /** The pulls of each day, today last. */
  readonly byDay: readonly number[];
}

/** How often a repository was pulled in the last days, and when. */
export function RecentPulls({ pulls, byDay }: RecentPullsProps): JSX.Element {
  return (
    <span className={classes.pulls}>
      {countText(pulls)}
      {pulls > 0 && <Sparkline values={byDay} label={labelOf(byDay)} />}
    </span>
  );
}

function labelOf(byDay: readonly number[]): string {
  return `${countText(byDay.at(-1) ?? 0)} today, at most ${countText(Math.max(...byDay))} a day`;
}
