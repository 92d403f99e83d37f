import { Code, Stack, Text } from '@mantine/core';
import { useState, type JSX } from 'react';

import { CLIENT_ADDRESS } from '../../api/client.js';
import { useSession } from '../../api/session.js';
import { ClientChoice } from '../../parts/client-choice.js';
import { CommandBox } from '../../parts/command-box.js';
import { pushLines } from '../../parts/commands.js';
import { EmptyState } from '../../parts/empty-state.js';

const CLIENTS = ['docker', 'podman'] as const;

/** Shows how to push a first image to this registry, with the lines to copy. */
export function FirstPush(): JSX.Element {
  const { hasLogins, isAdmin } = useSession();
  const [client, setClient] = useState<(typeof CLIENTS)[number]>('docker');
  const { host, isPlain, isLocal } = CLIENT_ADDRESS;
  return (
    <EmptyState title={isAdmin ? 'The registry is empty' : 'No repository that you may pull'}>
      <Stack gap="sm">
        <Text c="dimmed">Push a first image, here alpine, or any other that you have.</Text>
        <ClientChoice clients={CLIENTS} value={client} onChange={setClient} />
        <CommandBox
          text={pushLines(client, CLIENT_ADDRESS, hasLogins).join('\n')}
          what="the lines for the first push"
        />
        {client === 'docker' && isPlain && !isLocal && (
          <Text size="sm">
            The registry has no TLS, so docker has to be allowed to use it: add{' '}
            <Code>{`"insecure-registries": ["${host}"]`}</Code> to{' '}
            <Code>/etc/docker/daemon.json</Code>, then restart docker.
          </Text>
        )}
      </Stack>
    </EmptyState>
  );
}
