import { Button, Group, Stack, Text } from '@mantine/core';
import { useEffect, useRef, type JSX } from 'react';

import { CLIENT_ADDRESS } from '../../api/client.js';
import { CommandBox } from '../../parts/command-box.js';
import { robotLogin } from './robot-login.js';

interface NewTokenProps {
  readonly name: string;
  readonly token: string;
  readonly close: () => void;
}

/** Shows the token of a new robot, as what it is and as programs take it. */
export function NewToken({ name, token, close }: NewTokenProps): JSX.Element {
  const { docker, kubernetes } = robotLogin(CLIENT_ADDRESS, name, token);
  const text = useRef<HTMLParagraphElement>(null);
  // The field that had the focus is gone.
  useEffect(() => text.current?.focus(), []);
  return (
    <Stack gap="md">
      <Text size="sm" ref={text} tabIndex={-1}>
        Copy the token now: the registry keeps only a hash of it and cannot show it again. It is the
        password of any user name.
      </Text>
      <Labelled label="Token">
        <CommandBox text={token} what="the token" />
      </Labelled>
      <Labelled label="docker">
        <CommandBox text={docker} what="the docker login" />
      </Labelled>
      <Labelled label="Kubernetes, for imagePullSecrets">
        <CommandBox text={kubernetes} what="the Kubernetes secret" />
      </Labelled>
      <Group justify="flex-end">
        <Button onClick={close}>I have copied it</Button>
      </Group>
    </Stack>
  );
}

function Labelled({ label, children }: { label: string; children: JSX.Element }): JSX.Element {
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      {children}
    </div>
  );
}
