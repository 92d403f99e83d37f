import { Text } from '@mantine/core';
import { type JSX } from 'react';

import { PlaceLink } from './link.js';
import { repositoryPlace } from './places.js';

/** Leads to a repository. The folders before its name are paler, so that names are found quickly in a list. */
export function RepositoryLink({ name }: { name: string }): JSX.Element {
  const at = name.lastIndexOf('/') + 1;
  return (
    <PlaceLink to={repositoryPlace(name)}>
      <Text span inherit c="dimmed">
        {name.slice(0, at)}
      </Text>
      <Text span inherit fw={550}>
        {name.slice(at)}
      </Text>
    </PlaceLink>
  );
}
