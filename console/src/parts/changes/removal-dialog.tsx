import { Text } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { ConfirmDialog } from '../confirm-dialog.js';
import { ErrorPanel } from '../error-panel.js';
import { Loading } from '../loading.js';
import { removalText, type Removal } from './removal-text.js';

interface RemovalDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly repository: string;
  /** What is removed: tags alone, or manifests with their tags. */
  readonly tags?: readonly string[];
  readonly manifests?: readonly string[];
  readonly typed?: string | undefined;
  readonly action: (removal: Removal) => Promise<void>;
}

/** Asks before tags or manifests are removed, and says by the collector's own rules what goes, what stays and what is freed. */
export function RemovalDialog(props: RemovalDialogProps): JSX.Element {
  const { opened, close, title, repository, tags = [], manifests = [], typed, action } = props;
  const query = { tags: tags.join(','), manifests: manifests.join(',') };
  const { data, error, refetch } = useAnswer(
    ['removal', repository, query],
    (signal) =>
      dataOf(
        api.GET('/api/v1/repositories/{name}/removal', {
          params: { path: { name: repository }, query },
          signal,
        }),
      ),
    { enabled: opened },
  );
  const text = data && removalText(data);
  return (
    <ConfirmDialog
      opened={opened}
      close={close}
      title={title}
      goes={text?.goes ?? []}
      stays={text?.stays ?? []}
      typed={data && typed}
      isReady={data !== undefined}
      action={() => (data === undefined ? Promise.resolve() : action(data))}
    >
      {text && <Text size="sm">{text.freed}</Text>}
      {!data && !error && <Loading what="what the removal takes along" />}
      {error && (
        <ErrorPanel
          what="Could not find out what goes and what stays"
          error={error}
          retry={() => void refetch()}
        />
      )}
    </ConfirmDialog>
  );
}
