import { Code, Group } from '@mantine/core';
import { type JSX } from 'react';

import { CopyButton } from './copy-button.js';
import { shortDigest } from './format.js';

/** Shows the beginning of a digest, and copies all of it. */
export function Digest({ digest }: { digest: string }): JSX.Element {
  return (
    <Group component="span" gap={2} wrap="nowrap" display="inline-flex">
      <Code title={digest}>{shortDigest(digest)}</Code>
      <CopyButton text={digest} what="the digest" />
    </Group>
  );
}
