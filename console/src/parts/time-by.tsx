import { Text } from '@mantine/core';
import { type JSX } from 'react';

import { Time } from './time.js';

/** When something happened, and who did it, if that is known. */
export function TimeBy({
  at,
  by,
}: {
  readonly at: string | undefined;
  readonly by: string | undefined;
}): JSX.Element {
  return (
    <span>
      <Time at={at} />
      {by !== undefined && <Text span c="dimmed" size="sm">{` by ${by}`}</Text>}
    </span>
  );
}
