import { Stack, Text } from '@mantine/core';
import { useState, type JSX } from 'react';

import { CLIENT_ADDRESS, REGISTRY_URL, type components } from '../../api/client.js';
import { ClientChoice } from '../../parts/client-choice.js';
import { CommandBox } from '../../parts/command-box.js';
import { fullName } from '../../parts/commands.js';
import { Section } from '../../parts/section.js';

/** Clients of which the command line prints the file. */
const CLIENTS = ['docker', 'containerd', 'podman', 'buildkit'] as const;

interface ClientSetupProps {
  readonly mirrors: readonly components['schemas']['Mirror'][];
}

/** How people pull through the mirrors. */
export function ClientSetup({ mirrors }: ClientSetupProps): JSX.Element {
  const [client, setClient] = useState<(typeof CLIENTS)[number]>('docker');
  const [first] = mirrors;
  const image = { repository: `${first?.name ?? ''}/library/alpine`, reference: '3' };
  return (
    <Section
      title="Set up a client"
      about="Put the name of this registry in front of an image, or let a client do that for all images."
    >
      <Stack gap="sm">
        <CommandBox
          text={`docker pull ${fullName(CLIENT_ADDRESS, image)}`}
          what="a pull through a mirror"
        />
        <ClientChoice clients={CLIENTS} value={client} onChange={setClient} />
        <Text size="sm">
          This command, where the registry runs, prints the file of the client and says where it
          belongs:
        </Text>
        <CommandBox
          text={`berth mirror setup ${client} --url ${REGISTRY_URL}`}
          what="the command that prints the file of a client"
        />
      </Stack>
    </Section>
  );
}
