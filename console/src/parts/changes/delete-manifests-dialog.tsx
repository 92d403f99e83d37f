import { type JSX } from 'react';

import { countOf, shortDigest } from '../format.js';
import { noteDone } from './done-note.js';
import { RemovalDialog } from './removal-dialog.js';
import { removeManifest, repositoryChanged } from './tag-calls.js';

interface DeleteManifestsDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly repository: string;
  readonly digests: readonly string[];
  readonly done?: () => void;
}

/** Deletes manifests with their tags, and the images of an index that nothing else leads to. It cannot be undone. */
export function DeleteManifestsDialog(props: DeleteManifestsDialogProps): JSX.Element {
  const { opened, close, repository, digests, done } = props;
  const [first = ''] = digests;
  const what = digests.length === 1 ? shortDigest(first) : countOf(digests.length, 'manifest');
  return (
    <RemovalDialog
      opened={opened}
      close={close}
      title={`Delete ${what}`}
      repository={repository}
      manifests={digests}
      typed={repository}
      action={async ({ entries }) => {
        try {
          for (const digest of [...digests, ...entries]) await removeManifest(repository, digest);
        } finally {
          await repositoryChanged(repository);
        }
        noteDone(`Deleted ${what}`);
        done?.();
      }}
    />
  );
}
