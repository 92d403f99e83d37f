import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type JSX } from 'react';

/** How long a person may undo a change by the note about it. */
const UNDO_WITHIN_MS = 20_000;

/** Says that something was done, with a button that undoes it where that is possible. */
export function noteDone(title: string, undo?: () => Promise<void>): void {
  const id = `done-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  const message = undo && <UndoButton undo={() => run(id, undo)} />;
  notifications.show({
    id,
    title,
    message,
    autoClose: undo === undefined ? 5_000 : UNDO_WITHIN_MS,
    closeButtonProps: { 'aria-label': 'Close' },
    role: 'status',
  });
}

function UndoButton({ undo }: { undo: () => void }): JSX.Element {
  return (
    <Group mt={6}>
      <Button size="compact-sm" variant="default" onClick={undo}>
        Undo
      </Button>
    </Group>
  );
}

function run(id: string, undo: () => Promise<void>): void {
  notifications.update({ id, title: 'Undoing', message: '', loading: true, autoClose: false });
  const end = (title: string, text: string, color?: string): void => {
    notifications.update({
      id,
      title,
      message: <Text size="sm">{text}</Text>,
      loading: false,
      autoClose: 8_000,
      ...(color !== undefined && { color }),
    });
  };
  undo().then(
    () => end('Undone', 'All is as it was before.'),
    (error: unknown) => end('Could not undo', error instanceof Error ? error.message : '', 'red'),
  );
}
