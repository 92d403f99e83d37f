import { Group, Text } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { countOf } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { folderPlace } from '../../parts/places.js';

export type Folder = components['schemas']['RepositoryFolder'];

const SHAPES = [
  { title: 'List', place: '/repositories', isTree: false },
  { title: 'Tree', place: folderPlace(''), isTree: true },
] as const;

/** Leads from the list of all repositories to their tree, and back. Links, because a control of the kit takes longer than the rest of the page. */
export function ListOrTree({ isTree }: { isTree: boolean }): JSX.Element {
  return (
    <Group gap="sm" component="nav" aria-label="Show as">
      {SHAPES.map(({ title, place, isTree: isOfTree }) =>
        isOfTree === isTree ? (
          <Text key={title} span size="sm" fw={550} aria-current="page">
            {title}
          </Text>
        ) : (
          <PlaceLink key={title} to={place} size="sm">
            {title}
          </PlaceLink>
        ),
      )}
    </Group>
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
