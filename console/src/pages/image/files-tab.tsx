import { Stack, Title } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Digest } from '../../parts/digest.js';
import { DownloadLink } from '../../parts/download-link.js';
import { ForeignText } from '../../parts/foreign-text.js';
import { shortDigest } from '../../parts/format.js';
import { type ImageName } from '../../parts/places.js';
import { Annotations } from './annotations.js';
import { type ImageView } from './image-page.js';

type File = components['schemas']['Layer'];

function columnsOf(repository: string): readonly Column<File>[] {
  return [
    { title: 'File', cell: ({ title, mediaType }) => <ForeignText text={title ?? mediaType} /> },
    { title: 'Media type', cell: ({ mediaType }) => <ForeignText text={mediaType} /> },
    { title: 'Digest', cell: ({ digest }) => <Digest digest={digest} /> },
    { title: 'Compressed size', isNumeric: true, cell: ({ size }) => <Bytes bytes={size} /> },
    {
      title: 'Download',
      isActions: true,
      cell: ({ digest, title, isForeign }) =>
        !isForeign && (
          <DownloadLink
            repository={repository}
            digest={digest}
            file={title ?? shortDigest(digest).replace(':', '-')}
            what={title ?? shortDigest(digest)}
          />
        ),
    },
  ];
}

/** The files of an artifact, and its annotations. */
export function FilesTab({
  image: { repository },
  view,
}: {
  image: ImageName;
  view: ImageView;
}): JSX.Element {
  const { layers, annotations } = view.image?.manifest ?? view.manifest;
  return (
    <Stack gap="lg">
      <DataTable
        label="Files"
        columns={columnsOf(repository)}
        rows={layers}
        keyOf={(layer) => `${layers.indexOf(layer)} ${layer.digest}`}
      />
      {annotations && (
        <Stack gap={6} component="section">
          <Title order={2}>Annotations</Title>
          <Annotations label="Annotations" values={annotations} />
        </Stack>
      )}
    </Stack>
  );
}
