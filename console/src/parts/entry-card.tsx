import { Group, Title } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import classes from './entry-card.module.css';
import { Mark, type Tone } from './mark.js';

interface EntryListProps<E> {
  readonly label: string;
  readonly entries: readonly E[];
  readonly children: (entry: E) => ReactNode;
}

/** A list of cards, one for each entry of a file. */
export function EntryList<E extends { readonly name: string }>({
  label,
  entries,
  children,
}: EntryListProps<E>): JSX.Element {
  return (
    <ul className={classes.list} aria-label={label}>
      {entries.map((entry) => (
        <li key={entry.name} className={classes.card}>
          {children(entry)}
        </li>
      ))}
    </ul>
  );
}

interface EntryHeadProps {
  readonly name: string;
  readonly url: string;
  readonly state: { readonly text: string; readonly tone: Tone };
  /** What can be done, at the other end of the name. */
  readonly actions: ReactNode;
}

/** The head of a card: the name, how it stands, and what can be done. */
export function EntryHead({ name, url, state, actions }: EntryHeadProps): JSX.Element {
  return (
    <div className={classes.head}>
      <div>
        <Group gap={8}>
          <Title order={3}>{name}</Title>
          <Mark tone={state.tone}>{state.text}</Mark>
        </Group>
        <div className={classes.url}>{url}</div>
      </div>
      <Group gap={8}>{actions}</Group>
    </div>
  );
}

/** The figures of a card, as elements of `Fact`. */
export function EntryFacts({ children }: { readonly children: ReactNode }): JSX.Element {
  return <dl className={classes.facts}>{children}</dl>;
}
