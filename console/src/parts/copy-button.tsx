import { Tooltip } from '@mantine/core';
import { useEffect, useRef, useState, type JSX } from 'react';

import { copyText } from './copy-text.js';
import { IconButton } from './icon-button.js';

/** How long the button shows that it copied. */
const SHOWN_MS = 1_500;

const STATES = {
  ready: { icon: 'copy', colour: 'var(--mantine-color-dimmed)' },
  copied: { icon: 'check', colour: 'var(--berth-accent)' },
  failed: { icon: 'warning', colour: 'var(--mantine-color-error)' },
} as const;

/** Copies a text. `what` names it to a person, such as `the digest`. */
export function CopyButton({ text, what }: { text: string; what: string }): JSX.Element {
  const [state, setState] = useState<keyof typeof STATES>('ready');
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (state === 'ready') return undefined;
    const timer = setTimeout(() => setState('ready'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const label = {
    ready: `Copy ${what}`,
    copied: 'Copied',
    failed: 'Could not copy. Select the text instead.',
  }[state];
  const copy = async (): Promise<void> => setState((await copyText(text)) ? 'copied' : 'failed');
  // A list has many of these, and a tooltip of the kit costs more than all else in its row.
  return (
    <>
      <IconButton
        ref={button}
        label={label}
        title={label}
        {...STATES[state]}
        onClick={() => void copy()}
      />
      {state !== 'ready' && <Tooltip label={label} target={button} opened />}
    </>
  );
}
