import { Button, Group } from '@mantine/core';
import { useState, type JSX } from 'react';
import { useLocation } from 'wouter';

import { useSession } from '../../api/session.js';
import { DeleteManifestsDialog } from '../../parts/changes/delete-manifests-dialog.js';
import { DeleteTagsDialog } from '../../parts/changes/delete-tags-dialog.js';
import { SetTagDialog } from '../../parts/changes/set-tag-dialog.js';
import { repositoryPlace, type ImageName } from '../../parts/places.js';
import { type ImageView } from './image-page.js';

/** What can be done with an image, by the rights of the person. */
export function ImageActions({
  image: { repository, reference },
  view,
}: {
  image: ImageName;
  view: ImageView;
}): JSX.Element | null {
  const [open, setOpen] = useState<'set' | 'delete'>();
  const [, goTo] = useLocation();
  const { isReadOnly } = useSession();
  const close = (): void => setOpen(undefined);
  const leave = (): void => goTo(repositoryPlace(repository));
  if (isReadOnly) return null;
  return (
    <Group gap="xs">
      {view.rights.push && (
        <Button variant="default" size="xs" onClick={() => setOpen('set')}>
          Set a tag
        </Button>
      )}
      {view.rights.delete && (
        <Button
          variant="default"
          size="xs"
          c="var(--mantine-color-error)"
          onClick={() => setOpen('delete')}
        >
          {view.tag ? 'Delete the tag' : 'Delete'}
        </Button>
      )}
      <SetTagDialog
        opened={open === 'set'}
        close={close}
        repository={repository}
        digest={view.digest}
      />
      {view.tag ? (
        <DeleteTagsDialog
          opened={open === 'delete'}
          close={close}
          repository={repository}
          tags={[{ name: reference, digest: view.digest }]}
          done={leave}
        />
      ) : (
        <DeleteManifestsDialog
          opened={open === 'delete'}
          close={close}
          repository={repository}
          digests={[view.digest]}
          done={leave}
        />
      )}
    </Group>
  );
}
