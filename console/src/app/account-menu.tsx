import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type JSX } from 'react';

import { askForLogin } from '../api/login-needed.js';
import { logOut, type Session } from '../api/session.js';
import { Icon } from '../parts/icon.js';

async function leave(): Promise<void> {
  try {
    await logOut();
  } catch (error) {
    notifications.show({ color: 'red', title: 'Could not log out', message: String(error) });
  }
}

/** Shows who is logged in, and logs in and out. Absent in a registry without logins. */
export function AccountMenu({ session }: { session: Session }): JSX.Element | null {
  if (!session.hasLogins) return null;
  if (session.name === undefined) {
    return (
      <Button variant="default" size="xs" onClick={askForLogin}>
        Log in
      </Button>
    );
  }
  return (
    <Menu>
      <Menu.Target>
        <Button variant="subtle" color="gray" size="compact-sm" leftSection={<Icon name="user" />}>
          {session.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{session.isAdmin ? 'Administrator' : 'Logged in'}</Menu.Label>
        <Menu.Item onClick={() => void leave()}>Log out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
