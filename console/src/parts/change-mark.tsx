import { type JSX } from 'react';

import { type Change } from './change.js';
import { Mark, type Tone } from './mark.js';

const MARKS: Readonly<Record<Change, { readonly text: string; readonly tone: Tone }>> = {
  added: { text: '+ added', tone: 'good' },
  removed: { text: '− removed', tone: 'bad' },
  changed: { text: 'changed', tone: 'quiet' },
};

/** Says how something differs, by a word and a colour. */
export function ChangeMark({ change }: { readonly change: Change }): JSX.Element {
  const { text, tone } = MARKS[change];
  return <Mark tone={tone}>{text}</Mark>;
}
