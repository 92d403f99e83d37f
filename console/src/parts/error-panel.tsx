import { Alert, Button, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { sentence } from './format.js';
import { Icon } from './icon.js';

/** Says what went wrong and lets a person try again. `what` names the thing that failed, such as `The tags could not be loaded`. */
export function ErrorPanel({
  what,
  error,
  retry,
}: {
  what: string;
  error: Error;
  retry?: () => void;
}): JSX.Element {
  return (
    <Alert color="red" variant="outline" icon={<Icon name="warning" />} title={what} role="alert">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{sentence(error.message)}</Text>
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
