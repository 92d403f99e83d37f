import { Code, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { CommandBox } from '../../parts/command-box.js';
import { EmptyState } from '../../parts/empty-state.js';
import { EntryList } from '../../parts/entry-card.js';
import { Webhook } from './webhook.js';

/** How often the figures are asked for again, in milliseconds. */
const REFRESH_MS = 5_000;

const EXAMPLE = `webhooks:
  - name: deploy
    url: https://ci.example/hooks/berth
    secretFile: deploy.secret
    types: ['tag.*']`;

/** The receivers of events, with what waits for each. */
export function Webhooks(): JSX.Element {
  const answer = useAnswer(
    ['webhooks'],
    (signal) => dataOf(api.GET('/api/v1/webhooks', { signal })),
    { refetchInterval: () => REFRESH_MS },
  );
  return (
    <AnswerView answer={answer} what="the webhooks">
      {({ webhooks }) =>
        webhooks.length === 0 ? (
          <NoWebhooks />
        ) : (
          <EntryList label="Webhooks" entries={webhooks}>
            {(webhook) => <Webhook webhook={webhook} />}
          </EntryList>
        )
      }
    </AnswerView>
  );
}

function NoWebhooks(): JSX.Element {
  return (
    <EmptyState title="No webhook">
      <Stack gap="sm">
        <Text c="dimmed">
          Webhooks are in the file that <Code>REGISTRY_EVENTS_FILE</Code> names. Each gets the
          events that it asks for, such as:
        </Text>
        <CommandBox text={EXAMPLE} what="an example of a webhook" />
      </Stack>
    </EmptyState>
  );
}
