import { Group, Stack } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { useListing } from '../../api/queries.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { EmptyState } from '../../parts/empty-state.js';
import { countText } from '../../parts/format.js';
import { useListState } from '../../parts/list-state.js';
import { ListingView } from '../../parts/listing-view.js';
import { PageTitle } from '../../parts/page-title.js';
import { SearchField } from '../../parts/search-field.js';
import { TimeBy } from '../../parts/time-by.js';
import { FirstPush } from './first-push.js';
import { RecentPulls } from './recent-pulls.js';
import { DEFAULT_SORT, repositoriesIn } from './repositories-question.js';
import { RepositoryName } from './repository-name.js';

type Repository = components['schemas']['Repository'];

const COLUMNS: readonly Column<Repository>[] = [
  {
    title: 'Name',
    sort: 'name',
    cell: ({ name, mirror }) => <RepositoryName name={name} mirror={mirror} />,
  },
  {
    title: 'Tags',
    isNumeric: true,
    cell: ({ tags }) => (tags === undefined ? '–' : countText(tags)),
  },
  {
    title: 'Compressed size',
    sort: 'size',
    sorts: 'size',
    isNumeric: true,
    cell: ({ logicalBytes }) => <Bytes bytes={logicalBytes} />,
  },
  {
    title: 'Last push',
    sort: 'pushedAt',
    sorts: 'time',
    isNumeric: true,
    cell: ({ lastPushedAt, lastPushedBy }) => <TimeBy at={lastPushedAt} by={lastPushedBy} />,
  },
  {
    title: 'Pulls in 30 days',
    isNumeric: true,
    cell: ({ recentPulls, pullsByDay }) => <RecentPulls pulls={recentPulls} byDay={pullsByDay} />,
  },
];

/** All repositories that the person may pull, or how to push the first one. */
export function RepositoriesPage(): JSX.Element {
  const { search, sort, setSearch, setSort } = useListState(DEFAULT_SORT);
  const listing = useListing(repositoriesIn({ search, sort }));
  return (
    <Stack gap="md">
      <PageTitle title="Repositories" />
      <Group>
        <SearchField label="Search repositories" value={search} onChange={setSearch} />
      </Group>
      <ListingView
        listing={listing}
        what="the repositories"
        rowsOf={({ repositories }) => repositories}
        empty={search === '' ? <FirstPush /> : <NothingFound search={search} />}
      >
        {(rows) => (
          <DataTable
            label="Repositories"
            columns={COLUMNS}
            rows={rows}
            keyOf={({ name }) => name}
            sort={sort}
            onSort={setSort}
            isStale={listing.isStale}
          />
        )}
      </ListingView>
    </Stack>
  );
}

function NothingFound({ search }: { search: string }): JSX.Element {
  return (
    <EmptyState title={`No repository has “${search}” in its name`}>
      Search for another part of the name.
    </EmptyState>
  );
}
