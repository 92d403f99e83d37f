import { Stack, Text, Title } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { ForeignText } from '../../parts/foreign-text.js';
import { shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { imagePlace, type ImageName } from '../../parts/places.js';
import { purposeText } from '../../parts/purpose.js';
import { Annotations } from './annotations.js';
import { type ImageView } from './image-page.js';

type Entry = components['schemas']['Entry'];

/** What the entries of a build cache are. They are blobs, so that they have no page. */
const MANIFEST = /[./](?:manifest|image\.index|manifest\.list)\.v\d\+json$/;

function columnsOf(repository: string): readonly Column<Entry>[] {
  return [
    {
      title: 'Digest',
      cell: ({ digest, mediaType, totalBytes }) =>
        MANIFEST.test(mediaType) && totalBytes !== undefined ? (
          <PlaceLink to={imagePlace({ repository, reference: digest })} ff="monospace">
            {shortDigest(digest)}
          </PlaceLink>
        ) : (
          <Text span inherit ff="monospace">
            {shortDigest(digest)}
          </Text>
        ),
    },
    { title: 'Platform', cell: ({ platform = '–' }) => <ForeignText text={platform} /> },
    {
      title: 'What it is',
      cell: ({ purpose, mediaType, describes }) => (
        <span>
          <ForeignText text={purpose === undefined ? mediaType : purposeText(purpose)} />
          {describes !== undefined && (
            <Text size="xs" c="dimmed">
              of {shortDigest(describes)}
            </Text>
          )}
        </span>
      ),
    },
    {
      title: 'Compressed size',
      isNumeric: true,
      cell: ({ totalBytes, mediaType, size }) =>
        MANIFEST.test(mediaType) ? <SizeOfManifest bytes={totalBytes} /> : <Bytes bytes={size} />,
    },
  ];
}

function SizeOfManifest({ bytes }: { bytes: number | undefined }): JSX.Element {
  return bytes === undefined ? <span>not here</span> : <Bytes bytes={bytes} />;
}

/** What an index lists, attestations and other things as well. */
export function EntriesTab({
  image: { repository },
  view: { manifest },
}: {
  image: ImageName;
  view: ImageView;
}): JSX.Element {
  const { entries, annotations } = manifest;
  return (
    <Stack gap="lg">
      <DataTable
        label="Entries of the index"
        columns={columnsOf(repository)}
        rows={entries}
        keyOf={(entry) => `${entries.indexOf(entry)} ${entry.digest}`}
      />
      {annotations && (
        <Stack gap={6} component="section">
          <Title order={2}>Annotations of the index</Title>
          <Annotations label="Annotations of the index" values={annotations} />
        </Stack>
      )}
    </Stack>
  );
}
