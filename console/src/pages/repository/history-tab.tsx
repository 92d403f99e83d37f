import { Button, Group, Stack, Text } from '@mantine/core';
import { useCallback, useMemo, useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { cursorQuery, useListing, type Listing } from '../../api/queries.js';
import { useSession } from '../../api/session.js';
import { moveTag } from '../../parts/changes/set-tag-dialog.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { EmptyState } from '../../parts/empty-state.js';
import { shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { useListState } from '../../parts/list-state.js';
import { ListingView } from '../../parts/listing-view.js';
import { imagePlace } from '../../parts/places.js';
import { SearchField } from '../../parts/search-field.js';
import { Time } from '../../parts/time.js';
import { TimeBy } from '../../parts/time-by.js';

type Change = components['schemas']['RepositoryChange'];

function useHistory(
  repository: string,
  search: string,
): Listing<components['schemas']['RepositoryHistory']> {
  return useListing({
    key: ['history', repository, { search }],
    ask: (cursor, signal) => {
      const query = { ...cursorQuery(cursor), ...(search !== '' && { q: search }) };
      const params = { path: { name: repository }, query };
      return dataOf(api.GET('/api/v1/repositories/{name}/history', { params, signal }));
    },
  });
}

/** What a change did, in words. */
function verbOf({ digest, previous }: Change): string {
  if (digest === undefined) return 'removed';
  return previous === undefined ? 'set' : 'moved';
}

function columnsOf(
  repository: string,
  putBack: ((change: Change) => void) | undefined,
): readonly Column<Change>[] {
  return [
    {
      title: 'Tag',
      cell: ({ tag, now }) =>
        now === undefined ? (
          <Text span inherit fw={500}>
            {tag}
          </Text>
        ) : (
          <PlaceLink to={imagePlace({ repository, reference: tag })} fw={500}>
            {tag}
          </PlaceLink>
        ),
    },
    { title: 'Change', cell: verbOf },
    {
      title: 'From',
      cell: ({ previous }) => <Manifest repository={repository} digest={previous} />,
    },
    { title: 'To', cell: ({ digest }) => <Manifest repository={repository} digest={digest} /> },
    {
      title: 'When',
      cell: ({ at, by }) => <TimeBy at={at} by={by} />,
    },
    {
      title: 'Actions',
      isActions: true,
      cell: (change) => <PutBack change={change} putBack={putBack} />,
    },
  ];
}

function Manifest({
  repository,
  digest,
}: {
  repository: string;
  digest: string | undefined;
}): JSX.Element {
  if (digest === undefined) return <span>–</span>;
  return (
    <PlaceLink to={imagePlace({ repository, reference: digest })} ff="monospace" size="xs">
      {shortDigest(digest)}
    </PlaceLink>
  );
}

function PutBack({
  change,
  putBack,
}: {
  change: Change;
  putBack: ((change: Change) => void) | undefined;
}): JSX.Element | null {
  const { tag, digest, now, restorable } = change;
  if (digest === undefined) return null;
  if (digest === now) {
    return (
      <Text size="xs" c="dimmed" ta="end" pe={8}>
        current
      </Text>
    );
  }
  if (!restorable) {
    return (
      <Text size="xs" c="dimmed" ta="end" pe={8} title="A collection or a deletion has removed it.">
        image is gone
      </Text>
    );
  }
  if (putBack === undefined) return null;
  return (
    <Button
      variant="default"
      size="compact-xs"
      aria-label={`Put ${tag} back to ${shortDigest(digest)}`}
      onClick={() => putBack(change)}
    >
      Put back
    </Button>
  );
}

/** Who set, moved and removed which tag, and the way back. */
export function HistoryTab({ repository }: { repository: string }): JSX.Element {
  const { search, setSearch } = useListState('');
  const listing = useHistory(repository, search);
  const { isReadOnly } = useSession();
  const [asked, setAsked] = useState<Change>();
  const [isOpen, setOpen] = useState(false);
  const ask = useCallback((change: Change) => {
    setAsked(change);
    setOpen(true);
  }, []);
  const mayPush = listing.pages[0]?.rights.push === true && !isReadOnly;
  const columns = useMemo(
    () => columnsOf(repository, mayPush ? ask : undefined),
    [repository, mayPush, ask],
  );
  return (
    <Stack gap="md">
      <SearchField label="Search tags" value={search} onChange={setSearch} />
      <ListingView
        listing={listing}
        what="the history"
        rowsOf={({ changes }) => changes}
        empty={
          <EmptyState title={search === '' ? 'No changes' : `No tag has “${search}” in its name`}>
            The last 100 changes of each tag are kept, also after its removal.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable
            label={`Changes of the tags of ${repository}`}
            columns={columns}
            rows={rows}
            keyOf={({ tag, at, digest }) => `${tag} ${at} ${digest ?? ''}`}
            isStale={listing.isStale}
          />
        )}
      </ListingView>
      {asked && (
        <PutBackDialog
          opened={isOpen}
          close={() => setOpen(false)}
          repository={repository}
          change={asked}
        />
      )}
    </Stack>
  );
}

interface PutBackDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly repository: string;
  readonly change: Change;
}

/** Asks before a tag is put back. It fails if somebody moved the tag since the history was shown. */
function PutBackDialog({ opened, close, repository, change }: PutBackDialogProps): JSX.Element {
  const { tag, digest = '', now, at, by } = change;
  return (
    <ConfirmDialog
      opened={opened}
      close={close}
      title={`Put ${tag} back`}
      isDanger={false}
      stays={now === undefined ? [] : [`image ${shortDigest(now)}, to which ${tag} points now`]}
      action={() => moveTag(repository, { name: tag, digest }, now)}
    >
      <Group gap={6}>
        <Text size="sm">
          {tag} will point to {shortDigest(digest)} again, as it did <Time at={at} />
          {by !== undefined && ` by ${by}`}. Nothing is deleted, and the history has this change,
          too.
        </Text>
      </Group>
    </ConfirmDialog>
  );
}
