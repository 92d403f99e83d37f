import { type JSX, type ReactNode } from 'react';

import classes from './fact.module.css';

interface FactProps {
  readonly title: string;
  /** Whether it needs two columns of the grid around it. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** Shows a small title with its value below, within a `dl`. */
export function Fact({ title, isWide = false, children }: FactProps): JSX.Element {
  return (
    <div className={classes.fact} data-wide={isWide || undefined}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}
