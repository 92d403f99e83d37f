import { Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type JSX, type ReactNode } from 'react';

import { CLIENT_ADDRESS } from '../api/client.js';
import { imageText, type ImageName } from './places.js';
import { useChosenClient } from './chosen-client.js';
import { pullCommands } from './commands.js';
import { copyText } from './copy-text.js';
import { CopyButton } from './copy-button.js';
import { MenuOnDemand } from './menu-on-demand.js';
import classes from './row-commands.module.css';

async function copy(client: string, text: string): Promise<void> {
  const isCopied = await copyText(text);
  notifications.show({
    color: isCopied ? 'harbour' : 'red',
    title: isCopied ? `Copied for ${client}` : 'Could not copy',
    message: text,
  });
}

/** Copies the pull command of a row: with one click for the chosen client, by the menu for any. `children` are further items. */
export function RowCommands({
  image,
  children,
}: {
  image: ImageName;
  children?: ReactNode;
}): JSX.Element {
  const [chosen, choose] = useChosenClient();
  const commands = pullCommands(CLIENT_ADDRESS, image);
  const first = commands.find(({ client }) => client === chosen) ?? commands[0];
  const name = imageText(image);
  return (
    <div className={classes.commands} data-row-copy>
      <CopyButton text={first?.text ?? ''} what={`the ${chosen} command for ${name}`} />
      <MenuOnDemand label={`More for ${name}`}>
        <Menu.Label>Copy the pull command for</Menu.Label>
        {commands.map(({ client, text }) => (
          <Menu.Item
            key={client}
            onClick={() => {
              choose(client);
              void copy(client, text);
            }}
          >
            {client}
          </Menu.Item>
        ))}
        {children}
      </MenuOnDemand>
    </div>
  );
}
