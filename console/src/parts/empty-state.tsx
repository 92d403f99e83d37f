import { Paper, Stack, Text, Title } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

/** Says that a list is empty, and what to do about that. */
export function EmptyState({
  title,
  children,
}: {
  title: string;
  children?: ReactNode;
}): JSX.Element {
  return (
    <Paper p="xl" bg="var(--berth-raised)">
      <Stack gap="sm">
        <Title order={2}>{title}</Title>
        {typeof children === 'string' ? <Text c="dimmed">{children}</Text> : children}
      </Stack>
    </Paper>
  );
}
