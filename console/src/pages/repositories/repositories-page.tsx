import { Group, Stack } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';
import { useSearchParams } from 'wouter';

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
import { FolderName, FoldersAbove, ListOrTree, type Folder } from './folders.js';
import { RecentPulls } from './recent-pulls.js';
import { DEFAULT_SORT, folderIn, repositoriesIn } from './repositories-question.js';
import { RepositoryName } from './repository-name.js';

type Repository = components['schemas']['Repository'];
type Repositories = components['schemas']['Repositories'];

/** A row is a repository, or a folder of the tree. */
type Row = Repository | Folder;

/** Returns the cell of a repository. That of a folder is empty. */
function ofRepository(cell: (repository: Repository) => ReactNode): (row: Row) => ReactNode {
  return (row) => ('pullsByDay' in row ? cell(row) : null);
}

const COLUMNS: readonly Column<Row>[] = [
  {
    title: 'Name',
    sort: 'name',
    cell: (row) =>
      'pullsByDay' in row ? (
        <RepositoryName name={row.name} mirror={row.mirror} />
      ) : (
        <FolderName {...row} />
      ),
  },
  {
    title: 'Tags',
    isNumeric: true,
    cell: ofRepository(({ tags }) => (tags === undefined ? '–' : countText(tags))),
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
    cell: ofRepository(({ lastPushedAt, lastPushedBy }) => (
      <TimeBy at={lastPushedAt} by={lastPushedBy} />
    )),
  },
  {
    title: 'Pulls in 30 days',
    isNumeric: true,
    cell: ofRepository(({ recentPulls, pullsByDay }) => (
      <RecentPulls pulls={recentPulls} byDay={pullsByDay} />
    )),
  },
];

/** All repositories that the person may pull, or how to push the first one. */
export function RepositoriesPage(): JSX.Element {
  const { search, sort, setSearch, setSort } = useListState(DEFAULT_SORT);
  const [params] = useSearchParams();
  const under = folderIn(params);
  const listing = useListing(repositoriesIn({ search, sort, under }));
  return (
    <Stack gap="md">
      <PageTitle title="Repositories" />
      <Group>
        <SearchField label="Search repositories" value={search} onChange={setSearch} />
        <ListOrTree isTree={under !== undefined} />
      </Group>
      {under !== undefined && search === '' && <FoldersAbove under={under} />}
      <ListingView
        listing={listing}
        what="the repositories"
        rowsOf={rowsOf}
        empty={<Nothing search={search} under={under} />}
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

function rowsOf({ folders = [], repositories }: Repositories): readonly Row[] {
  return folders.length === 0 ? repositories : [...folders, ...repositories];
}

interface NothingProps {
  readonly search: string;
  readonly under: string | undefined;
}

function Nothing({ search, under = '' }: NothingProps): JSX.Element {
  if (search === '' && under === '') return <FirstPush />;
  return (
    <EmptyState
      title={
        search === '' ? `No repository in ${under}` : `No repository has “${search}” in its name`
      }
    >
      {search === '' ? 'Go to a folder above.' : 'Search for another part of the name.'}
    </EmptyState>
  );
}
