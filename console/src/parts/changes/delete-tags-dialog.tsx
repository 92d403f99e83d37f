import { type JSX } from 'react';

import { countOf } from '../format.js';
import { noteDone } from './done-note.js';
import { RemovalDialog } from './removal-dialog.js';
import { removeTag, repositoryChanged, setTag, type TagAt } from './tag-calls.js';

interface DeleteTagsDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly repository: string;
  readonly tags: readonly TagAt[];
  /** Is called after the removal. */
  readonly done?: () => void;
}

/** Deletes tags alone. Their images stay, so that it can be undone. */
export function DeleteTagsDialog(props: DeleteTagsDialogProps): JSX.Element {
  const { opened, close, repository, tags, done } = props;
  const what = tags.length === 1 ? `tag ${tags[0]?.name ?? ''}` : countOf(tags.length, 'tag');
  return (
    <RemovalDialog
      opened={opened}
      close={close}
      title={`Delete ${what}`}
      repository={repository}
      tags={tags.map(({ name }) => name)}
      typed={tags.length > 1 ? repository : undefined}
      action={async () => {
        await deleteTags(repository, tags, what);
        done?.();
      }}
    />
  );
}

/** Deletes one tag after the other. What was deleted before a failure can be undone as well. */
async function deleteTags(repository: string, tags: readonly TagAt[], what: string): Promise<void> {
  const deleted: TagAt[] = [];
  try {
    for (const tag of tags) {
      await removeTag(repository, tag);
      deleted.push(tag);
    }
  } finally {
    if (deleted.length > 0) {
      const title =
        deleted.length === tags.length
          ? what
          : `${countOf(deleted.length, 'tag')} of ${tags.length}`;
      noteDone(`Deleted ${title}`, () => putBack(repository, deleted));
      await repositoryChanged(repository);
    }
  }
}

async function putBack(repository: string, tags: readonly TagAt[]): Promise<void> {
  try {
    for (const tag of tags) await setTag(repository, tag, undefined);
  } finally {
    await repositoryChanged(repository);
  }
}
