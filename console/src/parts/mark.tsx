import { type JSX, type ReactNode } from 'react';

import classes from './mark.module.css';

/** How well it stands with something. */
export type Tone = 'good' | 'warning' | 'bad' | 'quiet';

interface MarkProps {
  readonly children: ReactNode;
  readonly tone?: Tone;
  readonly title?: string;
}

/** A word in a frame beside what it is about, such as a state. */
export function Mark({ children, tone = 'quiet', title }: MarkProps): JSX.Element {
  return (
    <span className={classes.mark} data-tone={tone} title={title}>
      {children}
    </span>
  );
}
