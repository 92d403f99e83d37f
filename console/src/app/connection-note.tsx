import { Text } from '@mantine/core';
import { useEffect, useState, type JSX } from 'react';

import { useLiveState } from '../api/live/live.js';

/** A shorter interruption is nothing that a person has to know. */
const SHOWN_AFTER_MS = 4_000;

/** Says on every page that it may be old, because the connection is lost. */
export function ConnectionNote(): JSX.Element {
  const isLost = useLiveState() === 'lost';
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(isLost), isLost ? SHOWN_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }, [isLost]);
  return (
    <Text
      role="status"
      size="xs"
      c="dimmed"
      title="The pages are brought up to date when the connection is back."
    >
      {isLong && isLost ? 'Not connected' : ''}
    </Text>
  );
}
