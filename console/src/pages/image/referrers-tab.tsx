import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type JSX } from 'react';

import { type components } from '../../api/client.js';
import { Bytes } from '../../parts/bytes.js';
import { DownloadLink } from '../../parts/download-link.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ForeignText } from '../../parts/foreign-text.js';
import { shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { imagePlace, type ImageName } from '../../parts/places.js';
import { purposeText } from '../../parts/purpose.js';
import { type ImageView } from './image-page.js';
import classes from './image.module.css';

type Referrer = components['schemas']['Referrer'];
type Referrers = components['schemas']['Referrers'];

/** Signatures, SBOMs and what else refers to the image, with what refers to them. */
export function ReferrersTab({
  image: { repository },
  view: { referrers, image },
}: {
  image: ImageName;
  view: ImageView;
}): JSX.Element {
  const ofImage = image?.referrers;
  const isEmpty = referrers.referrers.length + (ofImage?.referrers.length ?? 0) === 0;
  if (isEmpty) {
    return (
      <EmptyState title="No referrers">
        A signature, an SBOM or an attestation that is pushed with this image as its subject is
        listed here.
      </EmptyState>
    );
  }
  return (
    <Stack gap="lg">
      {referrers.referrers.length > 0 && (
        <Tree repository={repository} title="Of this tag or digest" tree={referrers} />
      )}
      {ofImage && ofImage.referrers.length > 0 && (
        <Tree
          repository={repository}
          title={`Of the image for ${image.platform ?? ''}`}
          tree={ofImage}
        />
      )}
    </Stack>
  );
}

function Tree({
  repository,
  title,
  tree,
}: {
  repository: string;
  title: string;
  tree: Referrers;
}): JSX.Element {
  return (
    <Stack gap={6} component="section">
      <Title order={2}>{title}</Title>
      <Nodes repository={repository} nodes={tree.referrers} isTop />
      {tree.more && <Text c="dimmed">There are more, which are not shown.</Text>}
    </Stack>
  );
}

function Nodes({
  repository,
  nodes,
  isTop = false,
}: {
  repository: string;
  nodes: readonly Referrer[];
  isTop?: boolean;
}): JSX.Element {
  return (
    <ul className={classes.tree} data-top={isTop || undefined}>
      {nodes.map((node) => (
        <li key={node.digest}>
          <Paper p="sm" mb="xs" bg="var(--berth-raised)">
            <Node repository={repository} node={node} />
          </Paper>
          {node.referrers.length > 0 && <Nodes repository={repository} nodes={node.referrers} />}
        </li>
      ))}
    </ul>
  );
}

function Node({ repository, node }: { repository: string; node: Referrer }): JSX.Element {
  const { digest, purpose, artifactType, files = [] } = node;
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Text fw={550}>{purposeText(purpose)}</Text>
        <PlaceLink to={imagePlace({ repository, reference: digest })} ff="monospace" size="sm">
          {shortDigest(digest)}
        </PlaceLink>
        {artifactType !== undefined && (
          <Text size="xs" c="dimmed">
            <ForeignText text={artifactType} />
          </Text>
        )}
      </Group>
      {files.map(({ digest: file, title, mediaType, size }) => (
        <Group key={`${file} ${title ?? ''}`} gap="sm" wrap="nowrap">
          <DownloadLink
            repository={repository}
            digest={file}
            file={title ?? `${purpose}-${shortDigest(file).replace(':', '-')}`}
            what={title ?? `the ${purposeText(purpose)}`}
          />
          <Text size="sm" style={{ minWidth: 0 }}>
            <ForeignText text={title ?? mediaType} />
          </Text>
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            <Bytes bytes={size} />
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
