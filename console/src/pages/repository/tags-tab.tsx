import { Stack } from '@mantine/core';
import { useMemo, type JSX, type ReactNode } from 'react';

import { type components } from '../../api/client.js';
import { useListing, type Listing } from '../../api/queries.js';
import { imagePlace } from '../../parts/places.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Digest } from '../../parts/digest.js';
import { EmptyState } from '../../parts/empty-state.js';
import { countText } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { useListState } from '../../parts/list-state.js';
import { ListingView } from '../../parts/listing-view.js';
import { Platforms } from '../../parts/platforms.js';
import { PullCommand } from '../../parts/pull-command.js';
import { RowCommands } from '../../parts/row-commands.js';
import { SearchField } from '../../parts/search-field.js';
import { Time } from '../../parts/time.js';
import { TimeBy } from '../../parts/time-by.js';
import { SelectionBar } from './selection-bar.js';
import { Selectable } from './selectable.js';
import { SelectionContext, useSelection } from './selection.js';
import { TagActions } from './tag-actions.js';
import { DEFAULT_SORT, tagsIn } from './tags-question.js';
import { TagDialogs, useTagDialog, type TagDialog } from './tag-dialogs.js';

type Tag = components['schemas']['Tag'];
type Tags = components['schemas']['Tags'];

function columnsOf(repository: string, ask: TagDialog['open']): readonly Column<Tag>[] {
  return [
    {
      title: 'Tag',
      sort: 'version',
      sorts: 'version',
      cell: ({ name }) => (
        <Selectable name={name} label={name}>
          <PlaceLink to={imagePlace({ repository, reference: name })} fw={500}>
            {name}
          </PlaceLink>
        </Selectable>
      ),
    },
    { title: 'Digest', cell: ({ digest }) => <Digest digest={digest} /> },
    { title: 'For', cell: (tag) => <Platforms {...tag} /> },
    {
      title: 'Compressed size',
      sort: 'size',
      sorts: 'size',
      isNumeric: true,
      cell: ({ totalBytes }) => <Bytes bytes={totalBytes} />,
    },
    {
      title: 'Pushed',
      sort: 'pushedAt',
      sorts: 'time',
      cell: ({ pushedAt, pushedBy }) => <TimeBy at={pushedAt} by={pushedBy} />,
    },
    { title: 'Last pulled', cell: ({ lastPulledAt }) => <Time at={lastPulledAt} never="never" /> },
    { title: 'Pulls', isNumeric: true, cell: ({ pulls }) => countText(pulls) },
    {
      title: 'Commands',
      isActions: true,
      cell: (tag) => (
        <RowCommands image={{ repository, reference: tag.name }}>
          <TagActions repository={repository} name={tag.name} ask={(action) => ask(action, tag)} />
        </RowCommands>
      ),
    },
  ];
}

/** The tags of a repository, the newest first. */
export function TagsTab({ repository }: { repository: string }): JSX.Element {
  const { search, sort, setSearch, setSort } = useListState(DEFAULT_SORT);
  const listing = useListing(tagsIn(repository, { search, sort }));
  const selection = useSelection();
  const dialog = useTagDialog();
  const columns = useMemo(() => columnsOf(repository, dialog.open), [repository, dialog.open]);
  const shown = listing.pages.flatMap(({ tags }) => tags);
  return (
    <ListingTools search={search} setSearch={setSearch} repository={repository} listing={listing}>
      <SelectionContext value={selection}>
        <ListingView
          listing={listing}
          what="the tags"
          rowsOf={({ tags }) => tags}
          empty={<NoTags search={search} />}
        >
          {(rows) => (
            <DataTable
              label={`Tags of ${repository}`}
              columns={columns}
              rows={rows}
              keyOf={({ name }) => name}
              sort={sort}
              onSort={setSort}
              isStale={listing.isStale}
            />
          )}
        </ListingView>
      </SelectionContext>
      <SelectionBar repository={repository} tags={shown} selection={selection} />
      <TagDialogs repository={repository} dialog={dialog} />
    </ListingTools>
  );
}

interface ListingToolsProps {
  readonly repository: string;
  readonly listing: Listing<Tags>;
  readonly search: string;
  readonly setSearch: (search: string) => void;
  readonly children: ReactNode;
}

/** What is above the tags: the pull command of the first one, and the search. */
function ListingTools(props: ListingToolsProps): JSX.Element {
  const { repository, listing, search, setSearch, children } = props;
  const first = listing.pages[0]?.tags[0];
  return (
    <Stack gap="md">
      {first && <PullCommand image={{ repository, reference: first.name }} />}
      <SearchField label="Search tags" value={search} onChange={setSearch} />
      {children}
    </Stack>
  );
}

function NoTags({ search }: { search: string }): JSX.Element {
  if (search !== '') {
    return (
      <EmptyState title={`No tag has “${search}” in its name`}>
        Search for another part of the name.
      </EmptyState>
    );
  }
  return <EmptyState title="No tags">What was pushed by digest is in Untagged.</EmptyState>;
}
