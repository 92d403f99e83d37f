import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useState, type JSX } from 'react';

import { api, dataOf } from '../../api/client.js';
import { forget, useAction } from '../../api/queries.js';
import { DialogForm } from '../../parts/dialog-form.js';
import { GrantFields } from './grant-fields.js';
import { NewToken } from './new-token.js';
import { FIRST_GRANT, problemOfRobot, type DraftGrant } from './new-grants.js';

interface NewRobotDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
}

/** The choices of a time to live, in days. */
const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '', label: 'never' },
];

/** Creates a robot, and shows its token once. */
export function NewRobotDialog({ opened, close }: NewRobotDialogProps): JSX.Element {
  const [created, setCreated] = useState<{ readonly name: string; readonly token: string }>();
  const end = (): void => {
    setCreated(undefined);
    close();
  };
  return (
    <Modal
      opened={opened}
      onClose={end}
      size="lg"
      title={created === undefined ? 'Create robot' : `Token of ${created.name}`}
      // A click beside the dialog would lose the token.
      closeOnClickOutside={created === undefined}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {created === undefined ? (
        <RobotForm cancel={end} show={(name, token) => setCreated({ name, token })} />
      ) : (
        <NewToken {...created} close={end} />
      )}
    </Modal>
  );
}

interface RobotFormProps {
  readonly cancel: () => void;
  readonly show: (name: string, token: string) => void;
}

async function create(name: string, grants: readonly DraftGrant[], days: string): Promise<string> {
  const body = {
    name,
    grants: grants.map(({ repositories, actions }) => {
      return { repositories: repositories.trim(), actions: [...actions] };
    }),
    ...(days !== '' && { expiresInDays: Number(days) }),
  };
  const { token } = await dataOf(api.POST('/api/v1/robots', { body }));
  await forget('robots');
  return token;
}

function RobotForm({ cancel, show }: RobotFormProps): JSX.Element {
  const [name, setName] = useState('');
  const [grants, setGrants] = useState<readonly DraftGrant[]>([FIRST_GRANT]);
  const [days, setDays] = useState('90');
  const action = useAction(async () => {
    const problem = problemOfRobot(name, grants);
    if (problem !== undefined) throw new Error(problem);
    show(name.trim(), await create(name.trim(), grants, days));
  });
  return (
    <DialogForm
      action={action}
      submit="Create robot"
      leave="Cancel"
      close={cancel}
      failure="The robot was not created"
    >
      <TextInput
        label="Name"
        description="What the robot is for, such as ci of team/app"
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        maxLength={100}
        autoComplete="off"
        data-autofocus
      />
      <GrantFields grants={grants} onChange={setGrants} />
      <NativeSelect
        label="Expires after"
        data={LIFETIMES}
        value={days}
        onChange={({ currentTarget }) => setDays(currentTarget.value)}
      />
    </DialogForm>
  );
}
