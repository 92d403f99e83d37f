import { Badge, Group, Text } from '@mantine/core';
import { type JSX } from 'react';

import { purposeText } from './purpose.js';

/** How many platforms are named before the others are only counted. */
const SHOWN = 2;

/** Shows for what an image is: its platforms, or its purpose if it has none. */
export function Platforms({
  platforms,
  purpose,
}: {
  platforms: readonly string[];
  purpose: string;
}): JSX.Element {
  const shown = platforms.slice(0, SHOWN);
  const more = platforms.length - shown.length;
  return (
    <Group gap={4} title={platforms.join(', ')}>
      {(shown.length === 0 ? [purposeText(purpose)] : shown).map((text) => (
        <Badge key={text} variant="default" size="sm" tt="none" fw={500}>
          {text}
        </Badge>
      ))}
      {more > 0 && (
        <Text size="xs" c="dimmed">
          and {more} more
        </Text>
      )}
    </Group>
  );
}
