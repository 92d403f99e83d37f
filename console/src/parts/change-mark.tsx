import { type JSX } from 'react';

import { type Change } from './change.js';
import classes from './change-mark.module.css';

const TEXTS: Readonly<Record<Change, string>> = {
  added: '+ added',
  removed: '− removed',
  changed: 'changed',
};

/** Says how something differs, by a word and a colour. */
export function ChangeMark({ change }: { readonly change: Change }): JSX.Element {
  return (
    <span className={classes.mark} data-change={change}>
      {TEXTS[change]}
    </span>
  );
}
