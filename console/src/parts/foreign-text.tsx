import { Button } from '@mantine/core';
import { useState, type JSX } from 'react';

import { countText } from './format.js';
import classes from './foreign-text.module.css';
import { visibleText } from './visible-text.js';

/** A longer text is cut, with a button that shows more. Beyond the second number it is downloaded instead. */
const SHOWN = 1_000;
const MOST = 100_000;

/** Shows text that comes from an image, as text and nothing else. A long one is cut. */
export function ForeignText({
  text,
  isCode = false,
}: {
  text: string;
  isCode?: boolean;
}): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const limit = isWhole ? MOST : SHOWN;
  return (
    <bdi className={classes.text} data-code={isCode || undefined}>
      {visibleText(text.slice(0, limit))}
      {text.length > limit && '…'}
      {text.length > SHOWN && !isWhole && (
        <Button variant="subtle" size="compact-xs" fw={500} ml={6} onClick={() => setWhole(true)}>
          Show {text.length > MOST ? countText(MOST) : 'all'} {text.length > MOST ? 'of ' : ''}
          {countText(text.length)} characters
        </Button>
      )}
    </bdi>
  );
}
