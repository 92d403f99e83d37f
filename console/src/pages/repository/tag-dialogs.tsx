import { useCallback, useState, type JSX } from 'react';

import { DeleteTagsDialog } from '../../parts/changes/delete-tags-dialog.js';
import { SetTagDialog } from '../../parts/changes/set-tag-dialog.js';
import { type TagAt } from '../../parts/changes/tag-calls.js';
import { type TagAction } from './tag-actions.js';

/** The dialog that a row's menu opened, and for which tag. */
export interface TagDialog {
  readonly action: TagAction | undefined;
  /** The tag, which is kept while the dialog closes. */
  readonly tag: TagAt | undefined;
  /** Opens a dialog. The same function at each render. */
  readonly open: (action: TagAction, tag: TagAt) => void;
  readonly close: () => void;
}

/** Keeps which dialog is open. It must outlive the menu that opened it. */
export function useTagDialog(): TagDialog {
  const [action, setAction] = useState<TagAction>();
  const [tag, setTag] = useState<TagAt>();
  const open = useCallback((wanted: TagAction, subject: TagAt) => {
    setTag(subject);
    setAction(wanted);
  }, []);
  return {
    action,
    tag,
    open,
    close: () => setAction(undefined),
  };
}

/** Shows the dialog that is open. */
export function TagDialogs({
  repository,
  dialog: { action, tag, close },
}: {
  repository: string;
  dialog: TagDialog;
}): JSX.Element | null {
  if (tag === undefined) return null;
  return (
    <>
      <DeleteTagsDialog
        opened={action === 'delete'}
        close={close}
        repository={repository}
        tags={[tag]}
      />
      <SetTagDialog
        opened={action === 'set'}
        close={close}
        repository={repository}
        digest={tag.digest}
      />
    </>
  );
}
