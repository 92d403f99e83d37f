import { Badge, Group, Text } from '@mantine/core';
import { type JSX } from 'react';

/** Shows what somebody may do. */
export function ActionBadges({ actions }: { actions: readonly string[] }): JSX.Element {
  if (actions.length === 0) {
    return (
      <Text span size="sm" c="dimmed">
        nothing
      </Text>
    );
  }
  return (
    <Group gap={4} component="span" display="inline-flex" style={{ verticalAlign: 'middle' }}>
      {actions.map((action) => (
        <Badge key={action} component="span" variant="default" size="sm" tt="none" fw={500}>
          {action}
        </Badge>
      ))}
    </Group>
  );
}
