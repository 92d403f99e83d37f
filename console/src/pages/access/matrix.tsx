import { Code, Group, Popover, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { cursorQuery, useListing } from '../../api/queries.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { EmptyState } from '../../parts/empty-state.js';
import { countOf } from '../../parts/format.js';
import { ListingView } from '../../parts/listing-view.js';
import { RepositoryLink } from '../../parts/repository-link.js';
import { SearchField } from '../../parts/search-field.js';
import { ActionBadges } from './action-badges.js';

type MatrixAnswer = components['schemas']['Matrix'];
type Person = components['schemas']['Person'];
type Row = components['schemas']['MatrixRow'];

/** What people may do in repositories, and by which rule. */
export function Matrix(): JSX.Element {
  const [search, setSearch] = useState('');
  const [person, setPerson] = useState('');
  const listing = useListing<MatrixAnswer>({
    key: ['matrix', { search, person }],
    ask: (cursor, signal) => {
      const query = {
        ...cursorQuery(cursor),
        ...(search !== '' && { q: search }),
        ...(person !== '' && { person }),
      };
      return dataOf(api.GET('/api/v1/access/matrix', { params: { query }, signal }));
    },
  });
  const first = listing.pages[0];
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed" maw={720}>
        Choose what somebody may do to see by which rule. The column anonymous is for clients
        without a login. People of another issuer are not listed.
      </Text>
      <Group>
        <SearchField label="Search repositories" value={search} onChange={setSearch} />
        <SearchField label="Search people" value={person} onChange={setPerson} isSecond />
      </Group>
      <ListingView
        listing={listing}
        what="the rights"
        rowsOf={({ repositories }) => repositories}
        empty={<NothingFound answer={first} />}
      >
        {(rows) => (
          <>
            <DataTable
              label="Rights of people"
              columns={columnsOf(first?.people ?? [])}
              rows={rows}
              keyOf={({ repository }) => repository}
              isStale={listing.isStale}
            />
            {first !== undefined && first.morePeople > 0 && (
              <Text size="sm" c="dimmed">
                {countOf(first.morePeople, 'person', 'people')} more: search for a name to see them.
              </Text>
            )}
          </>
        )}
      </ListingView>
    </Stack>
  );
}

function NothingFound({ answer }: { answer: MatrixAnswer | undefined }): JSX.Element {
  if (answer?.people.length === 0) {
    return (
      <EmptyState title="No users with a password">
        Without logins everybody may do everything. REGISTRY_USERS_FILE names the file with users.
      </EmptyState>
    );
  }
  return <EmptyState title="No such repository">Search for another part of the name.</EmptyState>;
}

function columnsOf(people: readonly Person[]): readonly Column<Row>[] {
  return [
    { title: 'Repository', cell: ({ repository }) => <RepositoryLink name={repository} /> },
    ...people.map(({ name, admin }, at): Column<Row> => {
      return {
        title: admin ? `${name} (administrator)` : name,
        cell: ({ rights, repository }) => (
          <Cell name={name} repository={repository} rights={rights[at]} />
        ),
      };
    }),
  ];
}

interface CellProps {
  readonly name: string;
  readonly repository: string;
  readonly rights: components['schemas']['PersonRights'] | undefined;
}

/** What one person may do in one repository, with the rules on demand. */
function Cell({ name, repository, rights }: CellProps): JSX.Element {
  const { actions = [], because = [] } = rights ?? {};
  if (actions.length === 0) return <ActionBadges actions={[]} />;
  return (
    <Popover width={320} position="bottom" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <UnstyledButton>
          <VisuallyHidden>{`${name} may `}</VisuallyHidden>
          <ActionBadges actions={actions} />
          <VisuallyHidden>{` in ${repository}: by which rule`}</VisuallyHidden>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={`Rules for ${name}`} tabIndex={-1}>
        <Stack gap="xs">
          {because.map((rule) => (
            <Code key={rule} style={{ overflowWrap: 'anywhere' }}>
              {rule}
            </Code>
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
