import { Group, Stack, Text } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { CLIENT_ADDRESS } from '../../api/client.js';
import { fullName } from '../../parts/commands.js';
import { CopyButton } from '../../parts/copy-button.js';
import { PlaceLink } from '../../parts/link.js';
import { PageTitle } from '../../parts/page-title.js';
import { imageText, repositoryPlace, type ImageName } from '../../parts/places.js';
import { type ImageView } from './image-page.js';
import { shortDigest } from '../../parts/format.js';

/** The heading of an image: where it is, its name, and its digest. */
export function ImageTitle({
  image,
  view,
  children,
}: {
  image: ImageName;
  view: ImageView | undefined;
  children: ReactNode;
}): JSX.Element {
  const { repository, reference } = image;
  const isDigest = reference.includes(':');
  return (
    <Stack gap={4}>
      <Group gap={6} component="nav" aria-label="Above this page">
        <PlaceLink to="/repositories" size="sm">
          Repositories
        </PlaceLink>
        <Text span size="sm" c="dimmed" aria-hidden="true">
          /
        </Text>
        <PlaceLink to={repositoryPlace(repository)} size="sm">
          {repository}
        </PlaceLink>
      </Group>
      <PageTitle
        title={isDigest ? `${repository}@${shortDigest(reference)}` : imageText(image)}
        beside={<CopyButton text={fullName(CLIENT_ADDRESS, image)} what="the full name" />}
      >
        {children}
      </PageTitle>
      {view && (
        <Group gap={4} wrap="nowrap">
          <Text
            size="xs"
            c="dimmed"
            ff="monospace"
            style={{ overflowWrap: 'anywhere' }}
            title="The digest"
          >
            {view.digest}
          </Text>
          <CopyButton text={view.digest} what="the digest" />
        </Group>
      )}
    </Stack>
  );
}
