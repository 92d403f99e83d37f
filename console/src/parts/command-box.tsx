import { Group } from '@mantine/core';
import { type JSX } from 'react';

import classes from './command-box.module.css';
import { CopyButton } from './copy-button.js';

/** Shows lines for a terminal or a file, and copies them. */
export function CommandBox({ text, what }: { text: string; what: string }): JSX.Element {
  return (
    <Group className={classes.box} gap="xs" wrap="nowrap" align="flex-start">
      {/* It scrolls by the keyboard, too, when a line is longer than the page. */}
      <pre className={classes.text} tabIndex={0} role="group" aria-label={what}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </Group>
  );
}
