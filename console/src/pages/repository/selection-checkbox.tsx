import { Checkbox } from '@mantine/core';
import { useContext, type JSX } from 'react';

import { SelectionContext } from './selection.js';

interface SelectionCheckboxProps {
  /** The name of the row. */
  readonly name: string;
  /** What the row is to a person, such as a short digest. */
  readonly label: string;
}

/** Ticks a row of the surrounding selection. */
export function SelectionCheckbox({ name, label }: SelectionCheckboxProps): JSX.Element {
  const selection = useContext(SelectionContext);
  return (
    <Checkbox
      size="xs"
      aria-label={`Select ${label}`}
      checked={selection?.has(name) === true}
      onChange={() => selection?.toggle(name)}
    />
  );
}
