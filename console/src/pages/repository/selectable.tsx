import { useContext, type JSX, type ReactNode } from 'react';

import classes from './selectable.module.css';
import { SelectionContext } from './selection.js';

interface SelectableProps {
  /** The name of the row. */
  readonly name: string;
  /** What the row is to a person, such as a short digest. */
  readonly label: string;
  /** What names the row. */
  readonly children: ReactNode;
}

/** Names a row after a box that ticks it in the surrounding selection. The box is the browser's: one of the kit takes longer than the rest of the row. */
export function Selectable({ name, label, children }: SelectableProps): JSX.Element {
  const selection = useContext(SelectionContext);
  return (
    <div className={classes.name}>
      <input
        type="checkbox"
        className={classes.checkbox}
        aria-label={`Select ${label}`}
        checked={selection?.has(name) === true}
        onChange={() => selection?.toggle(name)}
      />
      {children}
    </div>
  );
}
