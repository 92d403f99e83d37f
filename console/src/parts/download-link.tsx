import { ActionIcon, Tooltip } from '@mantine/core';
import { type JSX } from 'react';

import { contentUrl } from '../api/content.js';
import { Icon } from './icon.js';

/** Downloads a manifest or a blob. `file` is the name of the file. */
export function DownloadLink({
  repository,
  digest,
  file,
  what,
}: {
  repository: string;
  digest: string;
  file: string;
  what: string;
}): JSX.Element {
  return (
    <Tooltip label={`Download ${what}`}>
      <ActionIcon
        component="a"
        href={contentUrl(repository, digest)}
        download={file.split('/').at(-1)}
        aria-label={`Download ${what}`}
      >
        <Icon name="download" size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
