import { Button, Group, Text } from '@mantine/core';
import { type JSX } from 'react';

import { reconnectLive, useLiveState } from '../api/live/live.js';
import { type LiveState } from '../api/live/live-message.js';
import classes from './live-status.module.css';

const TEXTS: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting',
  open: 'Connected',
  lost: 'Connection lost. Trying again',
  refused: 'The registry sends no events to you',
};

/** Says whether events arrive now, and tries again on demand. */
export function LiveStatus(): JSX.Element {
  const state = useLiveState();
  return (
    <Group gap={8} role="status">
      <span className={classes.dot} data-state={state} aria-hidden="true" />
      <Text size="sm" c="dimmed">
        {TEXTS[state]}
      </Text>
      {state === 'lost' && (
        <Button size="compact-xs" variant="default" onClick={reconnectLive}>
          Try now
        </Button>
      )}
    </Group>
  );
}
