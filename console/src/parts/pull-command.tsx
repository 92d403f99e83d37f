import { Group, NativeSelect } from '@mantine/core';
import { type JSX } from 'react';

import { CLIENT_ADDRESS } from '../api/client.js';
import { type ImageName } from './places.js';
import { CommandBox } from './command-box.js';
import { pullCommands } from './commands.js';
import { useChosenClient } from './chosen-client.js';

/** Shows how to pull an image with the client that the person uses. */
export function PullCommand({ image }: { image: ImageName }): JSX.Element {
  const [client, choose] = useChosenClient();
  const commands = pullCommands(CLIENT_ADDRESS, image);
  const text = commands.find((command) => command.client === client)?.text ?? '';
  return (
    <Group gap="xs" align="flex-start">
      <NativeSelect
        aria-label="Client"
        data={commands.map((command) => command.client)}
        value={client}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        w={130}
      />
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <CommandBox text={text} what="the pull command" />
      </div>
    </Group>
  );
}
