import { Group, SegmentedControl, Text } from '@mantine/core';
import { type JSX } from 'react';
import { useLocation } from 'wouter';

import { type components } from '../../api/client.js';
import { countOf } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { folderPlace } from '../../parts/places.js';

export type Folder = components['schemas']['RepositoryFolder'];

/** Chooses between the list of all repositories and their tree. */
export function ListOrTree({ isTree }: { isTree: boolean }): JSX.Element {
  const [, goTo] = useLocation();
  return (
    <SegmentedControl
      aria-label="Show as"
      data={[
        { value: 'list', label: 'List' },
        { value: 'tree', label: 'Tree' },
      ]}
      value={isTree ? 'tree' : 'list'}
      onChange={(value) => goTo(value === 'tree' ? folderPlace('') : '/repositories')}
    />
  );
}

/** Leads to the folders around the one that is shown. */
export function FoldersAbove({ under }: { under: string }): JSX.Element {
  const parts = under.split('/').slice(0, -1);
  return (
    <Group gap={6} component="nav" aria-label="Folders">
      {['', ...parts].map((part, at) => {
        const folder = parts.slice(0, at).map((one) => `${one}/`);
        const text = at === 0 ? 'All' : part;
        return (
          <Group key={folder.join('')} gap={6}>
            {at > 0 && (
              <Text span size="sm" c="dimmed" aria-hidden="true">
                /
              </Text>
            )}
            {at === parts.length ? (
              <Text span size="sm" fw={550} aria-current="page">
                {text}
              </Text>
            ) : (
              <PlaceLink to={folderPlace(folder.join(''))} size="sm">
                {text}
              </PlaceLink>
            )}
          </Group>
        );
      })}
    </Group>
  );
}

/** Leads into a folder. */
export function FolderName({ name, repositories }: Folder): JSX.Element {
  return (
    <span>
      <PlaceLink to={folderPlace(name)} fw={550}>
        {/[^/]*\/$/.exec(name)?.[0]}
      </PlaceLink>{' '}
      <Text span size="xs" c="dimmed">
        {countOf(repositories, 'repository', 'repositories')}
      </Text>
    </span>
  );
}
