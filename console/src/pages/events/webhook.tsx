import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { useAction } from '../../api/queries.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { EntryFacts, EntryHead } from '../../parts/entry-card.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { Fact } from '../../parts/fact.js';
import { agoText, countOf } from '../../parts/format.js';
import { type Tone } from '../../parts/mark.js';
import { Time } from '../../parts/time.js';
import { Deliveries } from './deliveries.js';
import { redeliver } from './redeliver.js';

type WebhookAnswer = components['schemas']['Webhook'];

/** More events than these are not counted. */
const MOST_COUNTED = 10_000;

const STATES: Readonly<
  Record<WebhookAnswer['state'], { readonly text: string; readonly tone: Tone }>
> = {
  active: { text: 'active', tone: 'good' },
  failing: { text: 'failing, tries again', tone: 'warning' },
  paused: { text: 'asked to wait', tone: 'warning' },
  gone: { text: 'off, it answered 410', tone: 'bad' },
};

/** One receiver of events: its state, and what one can do about it. */
export function Webhook({ webhook }: { readonly webhook: WebhookAnswer }): JSX.Element {
  const { name, url, state, dead } = webhook;
  const [isOpen, { toggle }] = useDisclosure();
  const [isAsking, asking] = useDisclosure();
  return (
    <>
      <EntryHead
        name={name}
        url={url}
        state={STATES[state]}
        actions={
          <>
            <TestButton name={name} />
            {dead > 0 && (
              <Button size="xs" variant="default" onClick={asking.open}>
                {`Redeliver ${countOf(dead, 'event')}`}
              </Button>
            )}
            <Button size="xs" variant="default" aria-expanded={isOpen} onClick={toggle}>
              {isOpen ? 'Hide deliveries' : 'Deliveries'}
            </Button>
          </>
        }
      />
      <Figures webhook={webhook} />
      {isOpen && <Deliveries name={name} />}
      <RedeliverDialog opened={isAsking} close={asking.close} name={name} dead={dead} />
    </>
  );
}

function Figures({ webhook }: { readonly webhook: WebhookAnswer }): JSX.Element {
  const { format, pending, oldestSeconds, dead, last } = webhook;
  const amount = pending >= MOST_COUNTED ? `more than ${MOST_COUNTED}` : String(pending);
  const age = agoText(-oldestSeconds * 1_000, 0);
  return (
    <EntryFacts>
      <Fact title="Wait">{pending === 0 ? 'none' : `${amount}, the oldest ${age}`}</Fact>
      <Fact title="Not delivered">{dead === 0 ? 'none' : dead}</Fact>
      <Fact title="Format">{format}</Fact>
      <Fact title="Last attempt">
        {last === undefined ? (
          'none yet'
        ) : (
          <>
            <Time at={last.at} />
            {`, ${last.type}: ${last.result}`}
          </>
        )}
      </Fact>
    </EntryFacts>
  );
}

/** Sends a ping, and says how it was received. */
function TestButton({ name }: { readonly name: string }): JSX.Element {
  const { run, isBusy, result, error } = useAction(() =>
    dataOf(api.POST('/api/v1/webhooks/{endpoint}/test', { params: { path: { endpoint: name } } })),
  );
  return (
    <>
      <div role="status">
        {error && <ErrorPanel what="Could not send a test" error={error} />}
        {result && (
          <Text size="sm" c={result.delivered ? 'dimmed' : 'error'}>
            {result.delivered
              ? `Received in ${result.milliseconds} ms`
              : `Not received: ${result.result}`}
          </Text>
        )}
      </div>
      <Button size="xs" variant="default" loading={isBusy} onClick={run}>
        Send a test
      </Button>
    </>
  );
}

interface RedeliverDialogProps {
  readonly opened: boolean;
  readonly close: () => void;
  readonly name: string;
  readonly dead: number;
}

function RedeliverDialog({ opened, close, name, dead }: RedeliverDialogProps): JSX.Element {
  return (
    <ConfirmDialog
      opened={opened}
      close={close}
      title={`Redeliver ${countOf(dead, 'event')}`}
      isDanger={false}
      action={() => redeliver(name)}
    >
      <Text size="sm">
        {`${name} gets them within seconds, with the ids that they had. A receiver that has seen one of them already may see it twice.`}
      </Text>
    </ConfirmDialog>
  );
}
