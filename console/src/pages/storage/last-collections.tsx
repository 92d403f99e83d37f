import { Stack, Text, Title } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Time } from '../../parts/time.js';

type Pass = components['schemas']['Pass'];

const COLUMNS: readonly Column<Pass>[] = [
  { title: 'Ended', cell: ({ endedAt }) => <Time at={endedAt} /> },
  { title: 'Result', cell: ({ result }) => result },
  { title: 'Took', isNumeric: true, cell: ({ milliseconds }) => tookText(milliseconds) },
  { title: 'Freed', isNumeric: true, cell: ({ freedBytes }) => <Bytes bytes={freedBytes} /> },
];

/** The collections of all processes, the last one first. */
export function LastCollections({ passes }: { passes: readonly Pass[] }): JSX.Element {
  if (passes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No collection is in the events that are kept.
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <Title order={3}>Last collections</Title>
      <DataTable
        label="Last collections"
        columns={COLUMNS}
        rows={passes}
        keyOf={({ endedAt }) => endedAt}
      />
    </Stack>
  );
}

function tookText(milliseconds: number): string {
  return milliseconds < 1_000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1_000).toFixed(1)} s`;
}
