import { Button, Paper } from '@mantine/core';
import { useState, type JSX, type ReactNode } from 'react';

import { ForeignText } from '../../parts/foreign-text.js';
import classes from './image.module.css';

/** An image may have thousands. More are shown on demand. */
const SHOWN = 100;

/** A name with what it stands for. */
export interface Pair {
  readonly name: string;
  readonly value: ReactNode;
}

/** Shows names and values of an image, such as its labels. */
export function Pairs({ label, pairs }: { label: string; pairs: readonly Pair[] }): JSX.Element {
  const [limit, setLimit] = useState(SHOWN);
  return (
    <Paper bg="var(--berth-raised)">
      <table className={classes.pairs} aria-label={label}>
        <tbody>
          {pairs.slice(0, limit).map(({ name, value }, at) => (
            <tr key={at}>
              <th scope="row">
                <ForeignText text={name} />
              </th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {pairs.length > limit && (
        <Button variant="subtle" size="xs" m="xs" onClick={() => setLimit(limit + 10 * SHOWN)}>
          Show more of {pairs.length}
        </Button>
      )}
    </Paper>
  );
}
