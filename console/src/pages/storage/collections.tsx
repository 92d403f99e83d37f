import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { forget, useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { durationText } from '../../parts/format.js';
import { Section } from '../../parts/section.js';
import { Time } from '../../parts/time.js';
import { LastCollections } from './last-collections.js';
import { Planned } from './planned.js';
import { RunDialog } from './run-dialog.js';
import { usePlan } from './use-plan.js';

type Status = components['schemas']['CollectorStatus'];

/** How often a running collection is looked at, in milliseconds. */
const RUNNING_MS = 1_000;

/** When the collector runs, what it would remove, and a button that runs it. */
export function Collections({ isReadOnly }: { isReadOnly: boolean }): JSX.Element {
  const answer = useAnswer(['gc'], (signal) => dataOf(api.GET('/api/v1/gc', { signal })), {
    refetchInterval: ({ state: { data } }) => data?.running === true && RUNNING_MS,
  });
  const plan = usePlan();
  const [isAsked, setAsked] = useState(false);
  useNewFigures(answer.data?.running);
  const run = async (): Promise<void> => {
    await dataOf(api.POST('/api/v1/gc/run'));
    notifications.show({ message: 'The collection runs.' });
    await forget('gc');
  };
  return (
    <Section
      title="Collections"
      about="The collector removes what no tag leads to, and frees its bytes while clients push and pull."
      actions={
        <Group gap="sm">
          <Button variant="default" onClick={plan.start} disabled={plan.step === 'running'}>
            Show what would go
          </Button>
          <Button onClick={() => setAsked(true)} disabled={isReadOnly || answer.data?.running}>
            Run now
          </Button>
        </Group>
      }
    >
      {isReadOnly && (
        <Text size="sm">
          The registry is read-only, so nothing is collected until it is writable.
        </Text>
      )}
      <AnswerView answer={answer} what="the state of the collector">
        {(status) => (
          <Stack gap="sm">
            <StatusLines {...status} />
            <RunDialog
              opened={isAsked}
              close={() => setAsked(false)}
              rules={status.rules}
              plan={plan}
              action={run}
            />
          </Stack>
        )}
      </AnswerView>
      <Planned plan={plan} />
      <LastCollections />
    </Section>
  );
}

/** Asks for all figures again when a collection has ended. */
function useNewFigures(isRunning: boolean | undefined): void {
  const wasRunning = useRef(isRunning);
  useEffect(() => {
    if (wasRunning.current === true && isRunning === false) {
      for (const noun of ['storage', 'repositories', 'collections']) void forget(noun);
    }
    wasRunning.current = isRunning;
  }, [isRunning]);
}

function StatusLines({ running, intervalMs, nextAt, rules }: Status): JSX.Element {
  const every = intervalMs === 0 ? 'only on demand' : `every ${durationText(intervalMs)}`;
  return (
    <Text size="sm">
      {running ? 'A collection runs now. ' : ''}
      The collector runs {every}
      {nextAt !== undefined && !running && (
        <>
          , next <Time at={nextAt} />
        </>
      )}
      . Content stays for {durationText(rules.graceMs)} after its last use, manifests without a tag{' '}
      {rules.keepUntagged ? 'stay' : 'go'}, and unfinished uploads end after{' '}
      {durationText(rules.uploadTtlMs)}.
    </Text>
  );
}
