import { Menu } from '@mantine/core';
import { type JSX } from 'react';
import { Link } from 'wouter';

import { useRights, useSession } from '../../api/session.js';
import { Icon } from '../../parts/icon.js';
import { repositoryPlace } from '../../parts/places.js';

/** What a person wants to do with a tag. */
export type TagAction = 'set' | 'delete';

interface TagActionsProps {
  readonly repository: string;
  readonly name: string;
  readonly ask: (action: TagAction) => void;
}

/** The items of a row's menu that change something. The rights are asked for when the menu opens. */
export function TagActions({ repository, name, ask }: TagActionsProps): JSX.Element {
  const rights = useRights(repository);
  const { isReadOnly } = useSession();
  return (
    <>
      <Menu.Divider />
      <Menu.Item
        component={Link}
        to={`${repositoryPlace(repository, 'history')}&q=${encodeURIComponent(name)}`}
      >
        History
      </Menu.Item>
      {rights?.push === true && !isReadOnly && (
        <Menu.Item onClick={() => ask('set')}>Set another tag to it</Menu.Item>
      )}
      {rights?.delete === true && !isReadOnly && (
        <Menu.Item
          c="error"
          leftSection={<Icon name="bin" size={16} />}
          onClick={() => ask('delete')}
        >
          Delete {name}
        </Menu.Item>
      )}
    </>
  );
}
