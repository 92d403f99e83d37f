import { Button, Stack, Text, Title } from '@mantine/core';
import { useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { useAction, useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { countText } from '../../parts/format.js';
import { Time } from '../../parts/time.js';
import { redeliver } from './redeliver.js';

type Schemas = components['schemas'];
type Attempt = Schemas['Attempt'];
type Retry = Schemas['Retry'];
type DeadLetter = Schemas['DeadLetter'];

const ATTEMPTS: readonly Column<Attempt>[] = [
  { title: 'Event', cell: ({ type }) => type },
  { title: 'Result', cell: ({ result }) => result },
  { title: 'Took', isNumeric: true, cell: ({ milliseconds }) => `${milliseconds} ms` },
  { title: 'When', cell: ({ at }) => <Time at={at} /> },
];

const RETRIES: readonly Column<Retry>[] = [
  { title: 'Event', cell: (event) => <What {...event} /> },
  { title: 'Last result', cell: ({ result }) => result },
  { title: 'Attempts', isNumeric: true, cell: ({ attempts }) => attempts },
  { title: 'Next attempt', cell: ({ nextAt }) => <Time at={nextAt} /> },
];

function deadColumns(name: string): readonly Column<DeadLetter>[] {
  return [
    { title: 'Event', cell: (event) => <What {...event} /> },
    { title: 'Last result', cell: ({ result }) => result },
    { title: 'Attempts', isNumeric: true, cell: ({ attempts }) => attempts },
    { title: 'Given up', cell: ({ at }) => <Time at={at} /> },
    { title: 'Redeliver', isActions: true, cell: ({ id }) => <RedeliverOne name={name} id={id} /> },
  ];
}

function What({
  type,
  repository,
}: {
  readonly type: string;
  readonly repository?: string;
}): JSX.Element {
  return <span>{repository === undefined ? type : `${type} in ${repository}`}</span>;
}

/** How many rows of a part are shown before a person asks for all. */
const SHOWN = 10;

/** The last attempts to deliver to a webhook, and what was not delivered. */
export function Deliveries({ name }: { readonly name: string }): JSX.Element {
  const answer = useAnswer(['deliveries', name], (signal) =>
    dataOf(
      api.GET('/api/v1/webhooks/{endpoint}/deliveries', {
        params: { path: { endpoint: name } },
        signal,
      }),
    ),
  );
  return (
    <AnswerView answer={answer} what="the deliveries">
      {({ dead, retrying, recent }) => (
        <Stack gap="md" mt="md">
          <Part title="Not delivered" rows={dead.toReversed()} columns={deadColumns(name)} />
          <Part title="Tried again later" rows={retrying} columns={RETRIES} />
          <Part title="Last attempts" rows={recent} columns={ATTEMPTS} empty="No attempt yet." />
        </Stack>
      )}
    </AnswerView>
  );
}

function Part<R extends { readonly id: string }>({
  title,
  rows,
  columns,
  empty,
}: {
  readonly title: string;
  readonly rows: readonly R[];
  readonly columns: readonly Column<R>[];
  readonly empty?: string;
}): JSX.Element | null {
  const [isWhole, setWhole] = useState(false);
  if (rows.length === 0 && empty === undefined) return null;
  const shown = isWhole ? rows : rows.slice(0, SHOWN);
  return (
    <section aria-label={title}>
      <Title order={4} mb={6} size="sm">
        {title}
      </Title>
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      ) : (
        <DataTable
          label={title}
          columns={columns}
          rows={shown}
          keyOf={(row) => `${row.id} ${rows.indexOf(row)}`}
        />
      )}
      {shown.length < rows.length && (
        <Button mt={8} size="compact-xs" variant="default" onClick={() => setWhole(true)}>
          {`Show all ${countText(rows.length)}`}
        </Button>
      )}
    </section>
  );
}

function RedeliverOne({ name, id }: { readonly name: string; readonly id: string }): JSX.Element {
  const { run, isBusy, error } = useAction(() => redeliver(name, id));
  return (
    <Button size="compact-xs" variant="default" loading={isBusy} onClick={run}>
      {error ? 'Failed, try again' : 'Redeliver'}
    </Button>
  );
}
