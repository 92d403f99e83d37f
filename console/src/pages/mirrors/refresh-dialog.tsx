import { Modal, Text, TextInput } from '@mantine/core';
import { useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { forget, useAction } from '../../api/queries.js';
import { DialogForm } from '../../parts/dialog-form.js';
import { Digest } from '../../parts/digest.js';
import { parseImage } from '../../parts/places.js';

type Refreshed = components['schemas']['Refreshed'];

const OUTCOMES: Readonly<Record<Refreshed['outcome'], string>> = {
  same: 'The tag points to the same image as before.',
  moved: 'The tag points to another image now.',
  new: 'The tag was not here before.',
  gone: 'The other registry does not have the tag.',
};

interface RefreshDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly mirror: string;
}

/** Asks the other registry for a tag now. */
export function RefreshDialog({ opened, close, mirror }: RefreshDialogProps): JSX.Element {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={`Refresh a tag of ${mirror}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <RefreshForm mirror={mirror} close={close} />
    </Modal>
  );
}

function RefreshForm({ mirror, close }: Omit<RefreshDialogProps, 'opened'>): JSX.Element {
  const [image, setImage] = useState('');
  const action = useAction(() => refresh(mirror, image.trim()));
  return (
    <DialogForm
      action={action}
      submit="Refresh"
      leave="Close"
      close={close}
      failure="The tag was not refreshed"
    >
      <TextInput
        label="Image"
        description="By its name in the other registry, such as library/alpine:3"
        value={image}
        onChange={({ currentTarget }) => setImage(currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      <div role="status">{action.result && <Outcome {...action.result} />}</div>
    </DialogForm>
  );
}

function Outcome({ outcome, digest }: Refreshed): JSX.Element {
  return (
    <Text size="sm">
      {OUTCOMES[outcome]} {digest !== undefined && <Digest digest={digest} />}
    </Text>
  );
}

/** @throws Error if `text` is not a repository with a tag */
async function refresh(mirror: string, text: string): Promise<Refreshed> {
  const { repository = '', reference = '' } = parseImage(text) ?? {};
  if (repository === '' || reference.includes(':')) {
    throw new Error('write a repository and a tag, such as library/alpine:3');
  }
  const answer = await dataOf(
    api.POST('/api/v1/mirrors/{mirror}/refresh', {
      params: { path: { mirror } },
      body: { repository, tag: reference },
    }),
  );
  for (const noun of ['mirrors', 'repositories', 'tags']) await forget(noun);
  return answer;
}
