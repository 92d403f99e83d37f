import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useId, type JSX, type ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** What a person should know about it, in a sentence or two. */
  readonly about?: ReactNode;
  /** What can be done, at the other end of the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page, with a heading and a frame. */
export function Section({ title, about, actions, children }: SectionProps): JSX.Element {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} p="lg" bg="var(--berth-raised)">
      <Stack gap="md">
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ flex: '1 1 240px' }}>
            <Title order={2} id={id}>
              {title}
            </Title>
            {about !== undefined && (
              <Text size="sm" c="dimmed" maw={720} component="div">
                {about}
              </Text>
            )}
          </div>
          {actions}
        </Group>
        {children}
      </Stack>
    </Paper>
  );
}
