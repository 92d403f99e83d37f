import { Code, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { useMe } from '../../api/session.js';
import { AnswerView } from '../../parts/answer-view.js';
import { CommandBox } from '../../parts/command-box.js';
import { EmptyState } from '../../parts/empty-state.js';
import { EntryList } from '../../parts/entry-card.js';
import { PageTitle } from '../../parts/page-title.js';
import { ClientSetup } from './client-setup.js';
import { Mirror } from './mirror.js';

/** How often the figures are asked for again, in milliseconds. */
const REFRESH_MS = 5_000;

const EXAMPLE = `mirrors:
  - name: docker.io
    url: https://registry-1.docker.io`;

/** The other registries whose images this one serves, and how it stands with each. */
export function MirrorsPage(): JSX.Element {
  const me = useMe();
  return (
    <Stack gap="md">
      <PageTitle title="Mirrors" />
      <AnswerView answer={me} what="who you are">
        {({ admin }) =>
          admin ? (
            <Mirrors />
          ) : (
            <EmptyState title="Only administrators see the mirrors">
              Ask the operator to list you under admins in the access file.
            </EmptyState>
          )
        }
      </AnswerView>
    </Stack>
  );
}

function Mirrors(): JSX.Element {
  const answer = useAnswer(
    ['mirrors'],
    (signal) => dataOf(api.GET('/api/v1/mirrors', { signal })),
    {
      refetchInterval: () => REFRESH_MS,
    },
  );
  return (
    <AnswerView answer={answer} what="the mirrors">
      {({ mirrors }) =>
        mirrors.length === 0 ? (
          <NoMirrors />
        ) : (
          <>
            <EntryList label="Mirrors" entries={mirrors}>
              {(mirror) => <Mirror mirror={mirror} />}
            </EntryList>
            <ClientSetup mirrors={mirrors} />
          </>
        )
      }
    </AnswerView>
  );
}

function NoMirrors(): JSX.Element {
  return (
    <EmptyState title="No mirror">
      <Stack gap="sm">
        <Text c="dimmed">
          A mirror serves the images of another registry and keeps them. Mirrors are in the file
          that <Code>REGISTRY_MIRRORS_FILE</Code> names, such as:
        </Text>
        <CommandBox text={EXAMPLE} what="an example of a mirror" />
      </Stack>
    </EmptyState>
  );
}
