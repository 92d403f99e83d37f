import { Code, Stack, Text } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { CommandBox } from '../../parts/command-box.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { Loading } from '../../parts/loading.js';
import classes from './events.module.css';
import { Webhook } from './webhook.js';

const EXAMPLE = `webhooks:
  - name: deploy
    url: https://ci.example/hooks/berth
    secretFile: deploy.secret
    types: ['tag.*']`;

/** The receivers of events, with what waits for each. */
export function Webhooks(): JSX.Element {
  const { data, error, refetch } = useAnswer(['webhooks'], (signal) =>
    dataOf(api.GET('/api/v1/webhooks', { signal })),
  );
  if (data === undefined) {
    if (error === null) return <Loading what="the webhooks" />;
    return (
      <ErrorPanel what="Could not load the webhooks" error={error} retry={() => void refetch()} />
    );
  }
  if (data.webhooks.length === 0) return <NoWebhooks />;
  return (
    <ul className={classes.hooks} aria-label="Webhooks">
      {data.webhooks.map((webhook) => (
        <li key={webhook.name} className={classes.hook}>
          <Webhook webhook={webhook} />
        </li>
      ))}
    </ul>
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
