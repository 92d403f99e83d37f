import { Code, Group, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { FileStates } from '../../parts/file-states.js';
import { Section } from '../../parts/section.js';
import { ActionBadges } from './action-badges.js';

type RulesAnswer = components['schemas']['Rules'];
type Rule = components['schemas']['Rule'];
type GroupOfRules = components['schemas']['Group'];

const RULE_COLUMNS: readonly Column<Rule>[] = [
  { title: 'Line', cell: ({ line }) => `Line ${line}` },
  { title: 'Who', cell: ({ who }) => <Names names={who} /> },
  { title: 'May', cell: ({ can }) => <ActionBadges actions={can} /> },
  { title: 'In', cell: ({ repositories }) => <Names names={repositories} /> },
];

const GROUP_COLUMNS: readonly Column<GroupOfRules>[] = [
  { title: 'Group', cell: ({ name }) => name },
  {
    title: 'Members',
    cell: ({ members }) =>
      members === undefined ? 'the issuer of the login decides' : <Names names={members} />,
  },
];

/** The rules as their file has them. They are changed there. */
export function Rules(): JSX.Element {
  const answer = useAnswer(['access', 'rules'], (signal) =>
    dataOf(api.GET('/api/v1/access/rules', { signal })),
  );
  return (
    <AnswerView answer={answer} what="the rules">
      {(rules) => <AllRules {...rules} />}
    </AnswerView>
  );
}

function AllRules({ description, files, admins, groups, rules }: RulesAnswer): JSX.Element {
  return (
    <Stack gap="md">
      <Section
        title="Files"
        about="They are changed with an editor, and read again within a second."
      >
        <FileStates files={files} otherwise={description} />
      </Section>
      {rules.length > 0 && (
        <Section title="Rules" about="Rules only add rights, so their order does not matter.">
          <DataTable
            label="Rules"
            columns={RULE_COLUMNS}
            rows={rules}
            keyOf={({ line }) => String(line)}
          />
        </Section>
      )}
      {rules.length > 0 && (
        <Section title="Administrators" about="They may use all of the console and the API.">
          {admins.length === 0 ? <Text size="sm">Nobody</Text> : <Names names={admins} />}
        </Section>
      )}
      {groups.length > 0 && (
        <Section title="Groups">
          <DataTable
            label="Groups"
            columns={GROUP_COLUMNS}
            rows={groups}
            keyOf={({ name }) => name}
          />
        </Section>
      )}
    </Stack>
  );
}

function Names({ names }: { names: readonly string[] }): JSX.Element {
  return (
    <Group gap={4} component="span" display="inline-flex">
      {names.map((name) => (
        <Code key={name}>{name}</Code>
      ))}
    </Group>
  );
}
