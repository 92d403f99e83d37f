import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { forget, useAnswer } from '../../api/queries.js';
import { AnswerView } from '../../parts/answer-view.js';
import { durationText } from '../../parts/format.js';
import { Section } from '../../parts/section.js';
import { Time } from '../../parts/time.js';
import { useSeen } from '../../parts/use-seen.js';
import { LastCollections } from './last-collections.js';
import { Planned } from './planned.js';
import { RunDialog } from './run-dialog.js';
import { usePlan } from './use-plan.js';

type Status = components['schemas']['CollectorStatus'];

/** How many of the last collections are listed. */
const RECENT = 8;

/** How often a running collection is looked at, in milliseconds. */
const RUNNING_MS = 1_000;

/** Within that the event of a collection can be read, in milliseconds. */
const EVENT_MS = 1_000;

/** When the collector runs, what it would remove, and a button that runs it. */
export function Collections(): JSX.Element {
  const [place, isSeen] = useSeen<HTMLDivElement>();
  const answer = useAnswer(
    ['gc'],
    (signal) => dataOf(api.GET('/api/v1/gc', { params: { query: { recent: RECENT } }, signal })),
    {
      // It is below the rest of the page, and costs a request of its own.
      enabled: isSeen,
      refetchInterval: ({ state: { data } }) => data?.running === true && RUNNING_MS,
    },
  );
  const plan = usePlan();
  const [isAsked, setAsked] = useState(false);
  useNewFigures(answer.data);
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
          <Button onClick={() => setAsked(true)} disabled={answer.data?.running === true}>
            Run now
          </Button>
        </Group>
      }
    >
      <div ref={place} />
      {isSeen && (
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
      )}
      <Planned plan={plan} />
      {answer.data && <LastCollections passes={answer.data.recent} />}
    </Section>
  );
}

/** Asks for all figures again when a collection has ended. It may be too short to be seen running. */
function useNewFigures(status: Status | undefined): void {
  const endedAt = status?.last?.endedAt ?? '';
  const isKnown = status !== undefined;
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (!isKnown) return undefined;
    const isNew = before.current !== undefined && before.current !== endedAt;
    before.current = endedAt;
    if (!isNew) return undefined;
    const ask = (): void => {
      for (const noun of ['storage', 'repositories', 'gc']) void forget(noun);
    };
    ask();
    // The event of the end is written at the same moment.
    const timer = setTimeout(ask, EVENT_MS);
    return () => clearTimeout(timer);
  }, [isKnown, endedAt]);
}

function StatusLines({ running, intervalMs, nextAt, rules }: Status): JSX.Element {
  const { graceMs, keepUntagged, uploadTtlMs } = rules;
  return (
    <Text size="sm">
      {running && 'A collection runs now. '}
      The collector runs{' '}
      {intervalMs === 0 ? 'only on demand' : `at an interval of ${durationText(intervalMs)}`}
      {nextAt !== undefined && !running && (
        <>
          , next <Time at={nextAt} />
        </>
      )}
      . {graceMs > 0 && `Content stays for ${durationText(graceMs)} after its last use. `}
      Manifests without a tag {keepUntagged ? 'stay' : 'go'}. Uploads end{' '}
      {durationText(uploadTtlMs)} after their last bytes.
    </Text>
  );
}
