import { Group, Stack, Text, Title } from '@mantine/core';
import { type JSX } from 'react';

import { EmptyState } from '../../parts/empty-state.js';
import { shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { imagePlace, repositoryPlace, type ImageName } from '../../parts/places.js';
import { type ImageView } from './image-page.js';

/** What keeps the image: tags that point to it, indexes that list it, and what it refers to. */
export function HoldersTab({
  image: { repository },
  view: { holders, manifest },
}: {
  image: ImageName;
  view: ImageView;
}): JSX.Element {
  const { tags, indexes, more } = holders;
  const { subject } = manifest;
  if (tags.length + indexes.length === 0 && subject === undefined) {
    return (
      <EmptyState title="No tag and no index">
        <Text c="dimmed">
          Why it is kept all the same is in{' '}
          <PlaceLink to={repositoryPlace(repository, 'untagged')}>Untagged</PlaceLink>.
        </Text>
      </EmptyState>
    );
  }
  const link = (reference: string, text: string): JSX.Element => (
    <PlaceLink key={reference} to={imagePlace({ repository, reference })}>
      {text}
    </PlaceLink>
  );
  return (
    <Stack gap="lg">
      {tags.length > 0 && (
        <Holders title="Tags that point to it">{tags.map((tag) => link(tag, tag))}</Holders>
      )}
      {indexes.length > 0 && (
        <Holders title="Indexes that list it">
          {indexes.map((index) => link(index, shortDigest(index)))}
        </Holders>
      )}
      {subject && (
        <Holders title="What it refers to, and stays with">
          {[link(subject.digest, shortDigest(subject.digest))]}
        </Holders>
      )}
      {more && <Text c="dimmed">There are more, which are not shown.</Text>}
    </Stack>
  );
}

function Holders({
  title,
  children,
}: {
  title: string;
  children: readonly JSX.Element[];
}): JSX.Element {
  return (
    <Stack gap={6} component="section">
      <Title order={2}>{title}</Title>
      <Group gap="md">{children}</Group>
    </Stack>
  );
}
