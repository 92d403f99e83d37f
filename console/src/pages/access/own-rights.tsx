import { Badge, Code, Group, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { useMe } from '../../api/session.js';
import { AnswerView } from '../../parts/answer-view.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Section } from '../../parts/section.js';
import { ActionBadges } from './action-badges.js';

type Right = components['schemas']['GivenRight'];

const COLUMNS: readonly Column<Right>[] = [
  { title: 'Repositories', cell: ({ repositories }) => <Code>{repositories}</Code> },
  { title: 'You may', cell: ({ actions }) => <ActionBadges actions={actions} /> },
  {
    title: 'Because',
    cell: ({ because }) => (
      <Text span size="sm" c="dimmed">
        {because}
      </Text>
    ),
  },
];

/** Who the person is, and what they may do. */
export function OwnRights(): JSX.Element {
  const answer = useAnswer(['access', 'own'], (signal) =>
    dataOf(api.GET('/api/v1/access/own', { signal })),
  );
  return (
    <Stack gap="md">
      <Who />
      <Section
        title="What you may do"
        about="Rights only add up. In a repository that no line names, you may do nothing."
      >
        <AnswerView answer={answer} what="your rights">
          {({ rights }) => <Rights rights={rights} />}
        </AnswerView>
      </Section>
    </Stack>
  );
}

function Rights({ rights }: { rights: readonly Right[] | undefined }): JSX.Element {
  if (rights === undefined) {
    return <Text size="sm">The program that this registry is part of decides each case.</Text>;
  }
  if (rights.length === 0) {
    return (
      <Text size="sm">
        No rule gives you a right. Ask an administrator to add your name to the access file.
      </Text>
    );
  }
  return (
    <DataTable
      label="Your rights"
      columns={COLUMNS}
      rows={rights}
      keyOf={({ repositories, because }) => `${repositories} ${because}`}
    />
  );
}

function Who(): JSX.Element {
  const { data: me } = useMe();
  const kind = me?.robot === true ? 'a robot' : 'a person';
  const groups = me?.groups ?? [];
  return (
    <Section title={me?.name ?? 'No login'}>
      <Group gap="xs">
        {me?.admin === true && (
          <Badge variant="outline" tt="none" color="harbour" c="var(--berth-accent)">
            administrator
          </Badge>
        )}
        <Text size="sm" c="dimmed">
          {me?.name === undefined
            ? 'You look at the registry without a login.'
            : `You are logged in as ${kind}${groups.length > 0 ? `, in the groups ${groups.join(', ')}` : ''}.`}
          {me?.readOnly === true && ' The registry is read-only now, so nobody can push or delete.'}
        </Text>
      </Group>
    </Section>
  );
}
