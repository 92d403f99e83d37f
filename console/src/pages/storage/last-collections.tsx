import { Stack, Text, Title } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Time } from '../../parts/time.js';

type Event = components['schemas']['RegistryEvent'];

const SHOWN = 8;

const COLUMNS: readonly Column<Event>[] = [
  { title: 'Ended', cell: ({ time }) => <Time at={time} /> },
  { title: 'Result', cell: ({ data }) => data.result ?? '–' },
  {
    title: 'Took',
    isNumeric: true,
    cell: ({ data: { milliseconds = 0 } }) => tookText(milliseconds),
  },
  { title: 'Freed', isNumeric: true, cell: ({ data }) => <Bytes bytes={data.freedBytes} /> },
];

/** The collections of all processes, the last one first. */
export function LastCollections(): JSX.Element {
  const answer = useAnswer(['collections'], (signal) => {
    const query = { types: 'gc.finished', order: 'newest' as const, limit: SHOWN };
    return dataOf(api.GET('/api/v1/events', { params: { query }, signal }));
  });
  return (
    <AnswerView answer={answer} what="the last collections">
      {({ events }) =>
        events.length === 0 ? (
          <Text size="sm" c="dimmed">
            No collection is in the events that are kept.
          </Text>
        ) : (
          <Stack gap="xs">
            <Title order={3}>Last collections</Title>
            <DataTable
              label="Last collections"
              columns={COLUMNS}
              rows={events}
              keyOf={({ id }) => id}
            />
          </Stack>
        )
      }
    </AnswerView>
  );
}

function tookText(milliseconds: number): string {
  return milliseconds < 1_000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1_000).toFixed(1)} s`;
}
