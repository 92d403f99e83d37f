import { Button, Group, Stack } from '@mantine/core';
import { type JSX, type ReactNode, type SubmitEvent } from 'react';

import { type Action } from '../api/queries.js';
import { ErrorPanel } from './error-panel.js';

interface DialogFormProps {
  readonly action: Action<unknown>;
  /** What the button says that submits, and the one that leaves the dialog. */
  readonly submit: string;
  readonly leave: string;
  readonly close: () => void;
  /** What did not happen if it fails, such as `The robot was not created`. */
  readonly failure: string;
  readonly children: ReactNode;
}

/** The inside of a dialog with fields: submits them, and shows why that failed. */
export function DialogForm(props: DialogFormProps): JSX.Element {
  const { action, submit, leave, close, failure, children } = props;
  return (
    <form
      noValidate
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        action.run();
      }}
    >
      <Stack gap="md">
        {children}
        {action.error && <ErrorPanel what={failure} error={action.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={close}>
            {leave}
          </Button>
          <Button type="submit" loading={action.isBusy}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
