import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type JSX, type ReactNode } from 'react';

import { useAction } from '../api/queries.js';
import { ErrorPanel } from './error-panel.js';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  /** What is to be done, such as `Delete tag 1.0`. The button has the same words. */
  readonly title: string;
  /** What goes, and what stays, each a line. */
  readonly goes?: readonly ReactNode[];
  readonly stays?: readonly ReactNode[];
  /** What else a person should know, such as when bytes are freed. */
  readonly children?: ReactNode;
  /** A name that a person has to type, for what cannot be undone. */
  readonly typed?: string | undefined;
  /** Whether something is lost. The default. */
  readonly isDanger?: boolean;
  /** Whether all is known that the dialog says. By default it is. */
  readonly isReady?: boolean;
  /** Does it. The dialog closes afterwards, or shows why it failed. */
  readonly action: () => Promise<void>;
}

/** Asks before something changes, and says what goes and what stays. */
export function ConfirmDialog(props: ConfirmDialogProps): JSX.Element {
  const { opened, close, title } = props;
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Question {...props} />
    </Modal>
  );
}

/** The inside of the dialog. The kit drops it when the dialog closes, and what was typed with it. */
function Question(props: ConfirmDialogProps): JSX.Element {
  const { close, title, goes = [], stays = [], children, typed, action } = props;
  const { isDanger = true, isReady = true } = props;
  const [word, setWord] = useState('');
  const { run, isBusy, error } = useAction(async () => {
    await action();
    close();
  });
  return (
    <Stack gap="md">
      <Lines heading="This goes" lines={goes} />
      <Lines heading="This stays" lines={stays} />
      {children}
      {typed !== undefined && (
        <TextInput
          label={`Type ${typed} to confirm`}
          value={word}
          onChange={(event) => setWord(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
      )}
      {error && <ErrorPanel what="That did not work" error={error} />}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button
          {...(isDanger && { color: 'red' })}
          loading={isBusy}
          disabled={!isReady || (typed !== undefined && word !== typed)}
          onClick={run}
        >
          {title}
        </Button>
      </Group>
    </Stack>
  );
}

function Lines({
  heading,
  lines,
}: {
  heading: string;
  lines: readonly ReactNode[];
}): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600}>
        {heading}
      </Text>
      <List size="sm">
        {lines.map((line, index) => (
          <List.Item key={index}>{line}</List.Item>
        ))}
      </List>
    </div>
  );
}
