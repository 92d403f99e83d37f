import { Button, Group, Menu, Paper, Stack, Text } from '@mantine/core';
import { useMemo, useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { cursorQuery, useListing, type Listing } from '../../api/queries.js';
import { useRights, useSession } from '../../api/session.js';
import { Bytes } from '../../parts/bytes.js';
import { DeleteManifestsDialog } from '../../parts/changes/delete-manifests-dialog.js';
import { SetTagDialog } from '../../parts/changes/set-tag-dialog.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { EmptyState } from '../../parts/empty-state.js';
import { countOf, shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { ListingView } from '../../parts/listing-view.js';
import { imagePlace } from '../../parts/places.js';
import { Platforms } from '../../parts/platforms.js';
import { RowCommands } from '../../parts/row-commands.js';
import classes from './selection-bar.module.css';
import { Selectable } from './selectable.js';
import { SelectionContext, useSelection, type Selection } from './selection.js';

type Untagged = components['schemas']['UntaggedManifest'];

/** The registry previews the removal of so many manifests at once. */
const MAX_DELETED = 100;

/** Why a manifest is kept, in words. */
const REASONS: Readonly<Record<Untagged['kept'], string>> = {
  subject: 'What it refers to exists',
  index: 'An index without a tag lists it',
  rule: 'This registry keeps images without a tag',
  grace: 'Goes by a collection when it was not used for a while',
};

/** Asks for the manifests that no tag leads to: those that refer to another one, or the others. */
export function useUntagged(
  repository: string,
  referrers: 'only' | 'without',
): Listing<components['schemas']['Untagged']> {
  return useListing({
    key: ['untagged', repository, referrers],
    ask: (cursor, signal) => {
      const params = { path: { name: repository }, query: { ...cursorQuery(cursor), referrers } };
      return dataOf(api.GET('/api/v1/repositories/{name}/untagged', { params, signal }));
    },
  });
}

function columnsOf(
  repository: string,
  setTag: (digest: string) => void,
): readonly Column<Untagged>[] {
  return [
    {
      title: 'Digest',
      cell: ({ digest }) => (
        <Selectable name={digest} label={shortDigest(digest)}>
          <PlaceLink to={imagePlace({ repository, reference: digest })} ff="monospace">
            {shortDigest(digest)}
          </PlaceLink>
        </Selectable>
      ),
    },
    { title: 'For', cell: (manifest) => <Platforms {...manifest} /> },
    {
      title: 'Compressed size',
      isNumeric: true,
      cell: ({ totalBytes }) => <Bytes bytes={totalBytes} />,
    },
    { title: 'Why it is kept', cell: ({ kept }) => REASONS[kept] },
    {
      title: 'Commands',
      isActions: true,
      cell: ({ digest }) => (
        <RowCommands image={{ repository, reference: digest }}>
          <SetTagItem repository={repository} setTag={() => setTag(digest)} />
        </RowCommands>
      ),
    },
  ];
}

function SetTagItem({
  repository,
  setTag,
}: {
  repository: string;
  setTag: () => void;
}): JSX.Element | null {
  const rights = useRights(repository);
  const { isReadOnly } = useSession();
  if (rights?.push !== true || isReadOnly) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Item onClick={setTag}>Set a tag to it</Menu.Item>
    </>
  );
}

/** The manifests that no tag leads to, and why they are kept. */
export function UntaggedTab({ repository }: { repository: string }): JSX.Element {
  const listing = useUntagged(repository, 'without');
  const selection = useSelection();
  const [tagged, setTagged] = useState<string>();
  const columns = useMemo(() => columnsOf(repository, setTagged), [repository]);
  const shown = listing.pages.flatMap(({ manifests }) => manifests);
  return (
    <Stack gap="md">
      <SelectionContext value={selection}>
        <ListingView
          listing={listing}
          what="the manifests without a tag"
          rowsOf={({ manifests }) => manifests}
          empty={
            <EmptyState title="Nothing is untagged">
              An image is listed here when its last tag was removed or moved, or when it was pushed
              by digest.
            </EmptyState>
          }
        >
          {(rows) => (
            <DataTable
              label={`Manifests of ${repository} without a tag`}
              columns={columns}
              rows={rows}
              keyOf={({ digest }) => digest}
              isStale={listing.isStale}
            />
          )}
        </ListingView>
      </SelectionContext>
      <DeletionBar
        repository={repository}
        digests={shown.map(({ digest }) => digest).filter(selection.has)}
        all={shown.map(({ digest }) => digest)}
        selection={selection}
      />
      <SetTagDialog
        opened={tagged !== undefined}
        close={() => setTagged(undefined)}
        repository={repository}
        digest={tagged ?? ''}
      />
    </Stack>
  );
}

interface DeletionBarProps {
  readonly repository: string;
  readonly digests: readonly string[];
  readonly all: readonly string[];
  readonly selection: Selection;
}

function DeletionBar(props: DeletionBarProps): JSX.Element | null {
  const { repository, digests, all, selection } = props;
  const [isDeleting, setDeleting] = useState(false);
  const rights = useRights(repository, digests.length > 0);
  const { isReadOnly } = useSession();
  if (digests.length === 0 && !isDeleting) return null;
  const mayDelete = rights?.delete === true && !isReadOnly;
  return (
    <Paper className={classes.bar} p="xs" shadow="md" role="region" aria-label="Selected manifests">
      <Group gap="xs">
        <Text size="sm" fw={600} px={6} role="status">
          {countOf(digests.length, 'manifest')} selected
        </Text>
        {all.length > digests.length && (
          <Button variant="subtle" size="xs" onClick={() => selection.set(all)}>
            Select all {all.length} shown
          </Button>
        )}
        {mayDelete && (
          <Button
            size="xs"
            color="red"
            ml="auto"
            disabled={digests.length > MAX_DELETED}
            onClick={() => setDeleting(true)}
          >
            {digests.length > MAX_DELETED
              ? `At most ${MAX_DELETED} at once`
              : `Delete ${countOf(digests.length, 'manifest')}`}
          </Button>
        )}
        {rights !== undefined && !mayDelete && (
          <Text size="xs" c="dimmed" ml="auto">
            {isReadOnly ? 'The registry is read-only.' : 'You may not delete here.'}
          </Text>
        )}
      </Group>
      <DeleteManifestsDialog
        opened={isDeleting}
        close={() => setDeleting(false)}
        repository={repository}
        digests={digests}
        done={() => selection.set([])}
      />
    </Paper>
  );
}
