import { Button, Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Digest } from '../../parts/digest.js';
import { shortDigest } from '../../parts/format.js';
import { RepositoryLink } from '../../parts/repository-link.js';
import { Section } from '../../parts/section.js';

type Blob = components['schemas']['LargestBlob'];

/** How many repositories a row names before it only counts them. */
const NAMED = 3;

interface LargestBlobsProps {
  readonly blobs: readonly Blob[];
  readonly asOf?: string;
  /** Asks why one is stored. */
  readonly ask?: (digest: string) => void;
}

/** The largest blobs with the repositories that have them. */
export function LargestBlobs({ blobs, asOf, ask }: LargestBlobsProps): JSX.Element {
  return (
    <Section
      title="Largest layers"
      about="As of the last collection. A layer is stored once for all."
    >
      {blobs.length === 0 ? (
        <Text size="sm" c="dimmed">
          {asOf === undefined
            ? 'They are known after the first collection.'
            : 'No layer is in a repository that you may pull.'}
        </Text>
      ) : (
        <DataTable
          label="Largest layers"
          columns={columnsOf(ask)}
          rows={blobs}
          keyOf={({ digest }) => digest}
        />
      )}
    </Section>
  );
}

function columnsOf(ask: ((digest: string) => void) | undefined): readonly Column<Blob>[] {
  return [
    { title: 'Digest', cell: ({ digest }) => <Digest digest={digest} /> },
    { title: 'In', cell: ({ repositories }) => <Repositories names={repositories} /> },
    { title: 'Compressed size', isNumeric: true, cell: ({ size }) => <Bytes bytes={size} /> },
    ...(ask === undefined ? [] : [whyColumn(ask)]),
  ];
}

function whyColumn(ask: (digest: string) => void): Column<Blob> {
  return {
    title: 'Reasons',
    isActions: true,
    cell: ({ digest }) => (
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`Why ${shortDigest(digest)} is stored`}
        onClick={() => ask(digest)}
      >
        Why
      </Button>
    ),
  };
}

function Repositories({ names }: { names: readonly string[] }): JSX.Element {
  const more = names.length - NAMED;
  return (
    <span title={names.join('\n')}>
      {names.slice(0, NAMED).map((name, at) => (
        <span key={name}>
          {at > 0 && ', '}
          <RepositoryLink name={name} />
        </span>
      ))}
      {more > 0 && <Text span size="sm" c="dimmed">{` and ${more} more`}</Text>}
    </span>
  );
}
