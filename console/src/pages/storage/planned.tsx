import { Button, Group, List, Loader, Stack, Text, Title } from '@mantine/core';
import { type JSX } from 'react';

import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Digest } from '../../parts/digest.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { bytesText, countOf, countText } from '../../parts/format.js';
import { RepositoryLink } from '../../parts/repository-link.js';
import { type PlannedEntry, type PlanTotals } from './plan-totals.js';
import { type Plan } from './use-plan.js';

const KINDS: Readonly<Record<PlannedEntry['kind'], string>> = {
  manifests: 'Manifest',
  blobs: 'Blob',
  referrers: 'Referrer',
};

const COLUMNS: readonly Column<PlannedEntry>[] = [
  { title: 'Repository', cell: ({ repository }) => <RepositoryLink name={repository} /> },
  { title: 'What', cell: ({ kind }) => KINDS[kind] },
  { title: 'Digest', cell: ({ digest }) => <Digest digest={digest} /> },
  { title: 'Reason', cell: ({ why }) => why },
  { title: 'Frees', isNumeric: true, cell: ({ freed }) => <Bytes bytes={freed} /> },
];

/** Shows on demand what a collection would remove now. */
export function Planned({ plan }: { plan: Plan }): JSX.Element | null {
  const { step, totals, error, start, cancel } = plan;
  if (step === 'none') return null;
  return (
    <Stack gap="sm">
      <Group gap="sm" role="status">
        {step === 'running' && <Loader size="xs" aria-hidden="true" />}
        <Title order={3}>{sentenceOf(step, totals)}</Title>
        {step === 'running' && (
          <Button size="compact-xs" variant="default" onClick={cancel}>
            Stop
          </Button>
        )}
      </Group>
      {error && <ErrorPanel what="The plan is not complete" error={error} retry={start} />}
      {totals.count > 0 && <Entries {...totals} />}
    </Stack>
  );
}

function sentenceOf(step: Plan['step'], { count, freed }: PlanTotals): string {
  const found = `${countOf(count, 'entry', 'entries')}, ${bytesText(freed)} freed`;
  if (step === 'running') return `Looking through the storage: ${found} so far`;
  if (step === 'done' && count === 0) return 'A collection would remove nothing now';
  return step === 'done' ? `A collection would remove ${found}` : `Stopped after ${found}`;
}

function Entries({ reasons, largest, count }: PlanTotals): JSX.Element {
  return (
    <>
      <List size="sm">
        {reasons.map(({ why, count: times, freed }) => (
          <List.Item key={why}>
            {countText(times)} because {why}: {bytesText(freed)} freed
          </List.Item>
        ))}
      </List>
      <DataTable
        label="What a collection would remove"
        columns={COLUMNS}
        rows={largest}
        keyOf={({ repository, kind, digest }) => `${repository} ${kind} ${digest}`}
      />
      {count > largest.length && (
        <Text size="sm" c="dimmed">
          These {largest.length} free the most. The command “berth gc --dry-run” lists all.
        </Text>
      )}
    </>
  );
}
