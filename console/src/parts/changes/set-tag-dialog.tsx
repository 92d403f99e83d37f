import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type JSX } from 'react';

import { ApiProblem, type components } from '../../api/client.js';
import { useAction } from '../../api/queries.js';
import { Digest } from '../digest.js';
import { ErrorPanel } from '../error-panel.js';
import { shortDigest } from '../format.js';
import { Time } from '../time.js';
import { noteDone } from './done-note.js';
import {
  currentTag,
  removeTag,
  repositoryChanged,
  setTag,
  type Expected,
  type TagAt,
} from './tag-calls.js';

interface SetTagDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly repository: string;
  readonly digest: string;
}

/** Gives an image a further tag. A tag that exists is moved only after a person saw where it points to. */
export function SetTagDialog(props: SetTagDialogProps): JSX.Element {
  return (
    <Modal
      opened={props.opened}
      onClose={props.close}
      title="Set a tag"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form({ close, repository, digest }: SetTagDialogProps): JSX.Element {
  const [name, setName] = useState('');
  const [existing, setExisting] = useState<components['schemas']['Tag']>();
  const { run, isBusy, error } = useAction(async () => {
    try {
      await moveTag(repository, { name, digest }, existing?.digest);
      close();
    } catch (failure) {
      const isOther = failure instanceof ApiProblem && failure.status === 412;
      const now = isOther ? await currentTag(repository, name).catch(() => undefined) : undefined;
      setExisting(now);
      if (now === undefined) throw failure;
    }
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <Stack gap="md">
        <Text size="sm" component="div">
          The tag will point to <Digest digest={digest} />
        </Text>
        <TextInput
          label="Tag"
          value={name}
          onChange={({ currentTarget }) => {
            setName(currentTarget.value.trim());
            setExisting(undefined);
          }}
          autoComplete="off"
          data-autofocus
        />
        {existing && <Existing {...existing} isSame={existing.digest === digest} />}
        {error && <ErrorPanel what={`Could not set ${name}`} error={error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={isBusy}
            disabled={name === '' || existing?.digest === digest}
          >
            {existing === undefined ? 'Set the tag' : `Move ${existing.name}`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Existing({
  name,
  digest,
  pushedAt,
  pushedBy,
  isSame,
}: components['schemas']['Tag'] & { readonly isSame: boolean }): JSX.Element {
  if (isSame) return <Alert variant="default">{name} points to this image already.</Alert>;
  return (
    <Alert variant="default" title={`${name} exists`} role="alert">
      <Text size="sm">
        It points to {shortDigest(digest)}, set <Time at={pushedAt} />
        {pushedBy !== undefined && ` by ${pushedBy}`}. That image stays, and the history has the
        move.
      </Text>
    </Alert>
  );
}

/** Points a tag to an image, and offers the way back. @throws ApiProblem with the status 412 if the tag is not as expected */
export async function moveTag(repository: string, tag: TagAt, expected: Expected): Promise<void> {
  await setTag(repository, tag, expected);
  noteDone(`${tag.name} points to ${shortDigest(tag.digest)}`, async () => {
    if (expected === undefined) await removeTag(repository, tag);
    else await setTag(repository, { name: tag.name, digest: expected }, tag.digest);
    await repositoryChanged(repository);
  });
  await repositoryChanged(repository);
}
