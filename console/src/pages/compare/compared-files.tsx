import { Button, Group, Progress, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDeferredValue, useMemo, useState, type JSX } from 'react';

import { ChangeMark } from '../../parts/change-mark.js';
import { Bytes } from '../../parts/bytes.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { bytesText, countText } from '../../parts/format.js';
import { type ComparedImages } from '../../parts/places.js';
import classes from './compare.module.css';
import { countsOf, detailOf, type FileChange } from './file-changes.js';
import { useFileChanges, type FileChanges } from './use-file-changes.js';

/** How many files are shown before a person asks for more. */
const SHOWN = 100;

const COLUMNS: readonly Column<FileChange>[] = [
  { title: 'Path', cell: ({ path }) => <code className={classes.value}>{path}</code> },
  { title: 'Change', cell: ({ change }) => <ChangeMark change={change} /> },
  { title: 'What', cell: (change) => <span className={classes.value}>{detailOf(change)}</span> },
  { title: 'Size before', isNumeric: true, cell: ({ a }) => <Bytes bytes={a?.size} /> },
  { title: 'Size after', isNumeric: true, cell: ({ b }) => <Bytes bytes={b?.size} /> },
];

/** Compares the files of the images when a person asks for it, because the registry has to read all layers. */
export function ComparedFiles({ chosen }: { readonly chosen: ComparedImages }): JSX.Element {
  const files = useFileChanges(chosen);
  const { step, error } = files;
  return (
    <section aria-labelledby="files">
      <Group justify="space-between" mb={8}>
        <Title order={2} size="h3" id="files">
          Files
        </Title>
        {step === 'running' ? (
          <Button size="xs" variant="default" onClick={files.cancel}>
            Cancel
          </Button>
        ) : (
          <Button size="xs" variant="default" onClick={files.start}>
            {step === 'none' ? 'Compare the files' : 'Compare again'}
          </Button>
        )}
      </Group>
      <Stack gap="sm">
        <Reading files={files} />
        {error && <ErrorPanel what="Could not compare the files" error={error} />}
        {files.changes.length > 0 && <Changes changes={files.changes} />}
      </Stack>
    </section>
  );
}

/** Says how far the comparison is. */
function Reading({ files }: { readonly files: FileChanges }): JSX.Element {
  const { step, read, changes } = files;
  const isReading = step === 'running' && changes.length === 0;
  return (
    <div className={`${classes.panel} ${classes.shared}`} role="status">
      <Text size="sm" c="dimmed">
        {isReading ? readingText(files) : resultText(files)}
      </Text>
      {isReading && (
        <Progress
          mt={8}
          size="sm"
          value={read === undefined ? 0 : (read.readBytes * 100) / Math.max(1, read.totalBytes)}
          aria-label="Layers that were read"
        />
      )}
    </div>
  );
}

function readingText({ read }: FileChanges): string {
  if (read === undefined) return 'Reading the layers';
  return `Reading the layers: ${bytesText(read.readBytes)} of ${bytesText(read.totalBytes)}`;
}

function resultText({ step, changes }: FileChanges): string {
  if (step === 'none') {
    return 'The registry reads the layers of both images for that, which takes seconds to minutes.';
  }
  if (step === 'done' && changes.length === 0) return 'All files are equal.';
  const { added, removed, changed, bytes } = countsOf(changes);
  const size = `${bytes < 0 ? '−' : '+'}${bytesText(Math.abs(bytes))}`;
  const counts = `${countText(added)} added, ${countText(removed)} removed, ${countText(changed)} changed; ${size} not compressed`;
  if (step === 'cancelled') return `Cancelled. So far: ${counts}.`;
  return step === 'running' ? `So far: ${counts}.` : `${counts}.`;
}

function Changes({ changes }: { readonly changes: readonly FileChange[] }): JSX.Element {
  const [search, setSearch] = useState('');
  const [most, setMost] = useState(SHOWN);
  const wanted = useDeferredValue(search.trim().toLowerCase());
  const found = useMemo(
    () => changes.filter(({ path }) => path.toLowerCase().includes(wanted)),
    [changes, wanted],
  );
  return (
    <>
      <TextInput
        type="search"
        aria-label="Search paths"
        placeholder="Search paths"
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        maw={420}
      />
      <DataTable
        label="Files that differ"
        columns={COLUMNS}
        rows={found.slice(0, most)}
        keyOf={({ path }) => path}
      />
      {found.length > most && (
        <Group justify="center">
          <Button variant="default" onClick={() => setMost(most + 5 * SHOWN)}>
            {`Show more of ${countText(found.length)}`}
          </Button>
        </Group>
      )}
    </>
  );
}
