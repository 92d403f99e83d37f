import { Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { namesText } from '../../parts/changes/removal-text.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { EmptyState } from '../../parts/empty-state.js';
import { shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { ListingView } from '../../parts/listing-view.js';
import { imagePlace } from '../../parts/places.js';
import { purposeText } from '../../parts/purpose.js';
import { useUntagged } from './untagged-tab.js';

type Referrer = components['schemas']['UntaggedManifest'];

function columnsOf(repository: string): readonly Column<Referrer>[] {
  return [
    {
      title: 'Digest',
      cell: ({ digest }) => (
        <PlaceLink to={imagePlace({ repository, reference: digest })} ff="monospace">
          {shortDigest(digest)}
        </PlaceLink>
      ),
    },
    {
      title: 'Type',
      cell: ({ purpose, artifactType, mediaType }) => (
        <span>
          {purposeText(purpose)}
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {artifactType ?? mediaType}
          </Text>
        </span>
      ),
    },
    { title: 'Refers to', cell: (referrer) => <Subject repository={repository} {...referrer} /> },
    {
      title: 'Compressed size',
      isNumeric: true,
      cell: ({ totalBytes }) => <Bytes bytes={totalBytes} />,
    },
  ];
}

function Subject({
  repository,
  subject = '',
  subjectTags,
}: Referrer & { repository: string }): JSX.Element {
  if (subjectTags === undefined) {
    return (
      <Text span inherit c="dimmed">
        {shortDigest(subject)}, which is not here
      </Text>
    );
  }
  return (
    <PlaceLink to={imagePlace({ repository, reference: subject })}>
      {subjectTags.length === 0 ? shortDigest(subject) : namesText(subjectTags)}
    </PlaceLink>
  );
}

/** Signatures, SBOMs and what else refers to an image of the repository. */
export function ReferrersTab({ repository }: { repository: string }): JSX.Element {
  const listing = useUntagged(repository, 'only');
  return (
    <ListingView
      listing={listing}
      what="the referrers"
      rowsOf={({ manifests }) => manifests}
      empty={
        <EmptyState title="No referrers">
          Signatures, SBOMs and attestations that refer to an image are listed here. Those with a
          tag of their own are among the tags.
        </EmptyState>
      }
    >
      {(rows) => (
        <DataTable
          label={`Referrers in ${repository}`}
          columns={columnsOf(repository)}
          rows={rows}
          keyOf={({ digest }) => digest}
          isStale={listing.isStale}
        />
      )}
    </ListingView>
  );
}
