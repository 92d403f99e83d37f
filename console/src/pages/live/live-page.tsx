import { Button, Group, Stack, Title } from '@mantine/core';
import { useState, type JSX, type ReactNode } from 'react';

import { api, dataOf } from '../../api/client.js';
import { useMomentEvents } from '../../api/live/live.js';
import { useAnswer } from '../../api/queries.js';
import { EmptyState } from '../../parts/empty-state.js';
import { ErrorPanel } from '../../parts/error-panel.js';
import { EventLine } from '../../parts/events/event-line.js';
import { type RegistryEvent } from '../../parts/events/event-text.js';
import { countOf } from '../../parts/format.js';
import { Icon } from '../../parts/icon.js';
import { LiveStatus } from '../../parts/live-status.js';
import { Loading } from '../../parts/loading.js';
import { PageTitle } from '../../parts/page-title.js';
import { FailedRequests } from './failed-requests.js';
import { happeningsOf, merged } from './happenings.js';
import classes from './live.module.css';
import { Pushes } from './pushes.js';
import { Pulls } from './pulls.js';
import { useArrivals, useMoment } from './use-feed.js';

/** A push has a few events. */
const ASKED = 100;

/** What happens now in the registry: pushes and pulls in progress, what changed last, and what failed. */
export function LivePage(): JSX.Element {
  useMomentEvents();
  const { uploads, reuses, pulls, failures } = useMoment();
  return (
    <Stack gap="lg">
      <PageTitle title="Live">
        <LiveStatus />
      </PageTitle>
      <Part id="pushes" title="Pushes in progress">
        <div className={classes.panel}>
          <Pushes uploads={uploads} reuses={reuses} />
        </div>
      </Part>
      <Part id="pulls" title="Pulls of large blobs">
        <div className={classes.panel}>
          <Pulls pulls={pulls} />
        </div>
      </Part>
      <Part id="failed" title="What failed">
        <FailedRequests failures={failures} />
      </Part>
      <Feed />
    </Stack>
  );
}

interface PartProps {
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}

function Part({ id, title, children }: PartProps): JSX.Element {
  return (
    <section aria-labelledby={id}>
      <Title order={2} size="h3" mb={8} id={id}>
        {title}
      </Title>
      {children}
    </section>
  );
}

/** The last events, with a button that holds them still. */
function Feed(): JSX.Element {
  const last = useAnswer(['last-events'], (signal) =>
    dataOf(
      api.GET('/api/v1/events', { params: { query: { order: 'newest', limit: ASKED } }, signal }),
    ),
  );
  const arrivals = useArrivals();
  const [held, setHeld] = useState<readonly RegistryEvent[]>();
  const current = merged(last.data?.events ?? [], arrivals);
  const shown = held ?? current;
  const waiting = held === undefined ? 0 : happeningsOf(current.filter(isNotIn(held))).length;
  return (
    <section aria-labelledby="happened">
      <Group justify="space-between" mb={8}>
        <Title order={2} size="h3" id="happened">
          What happened
        </Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name={held ? 'play' : 'pause'} size={14} />}
          onClick={() => setHeld(held === undefined ? current : undefined)}
        >
          {held === undefined ? 'Pause' : goOnText(waiting)}
        </Button>
      </Group>
      {last.error && shown.length === 0 ? (
        <ErrorPanel
          what="Could not load what happened"
          error={last.error}
          retry={() => void last.refetch()}
        />
      ) : (
        <FeedList events={shown} isPending={last.isPending} fresh={arrivals} />
      )}
    </section>
  );
}

function FeedList({
  events,
  isPending,
  fresh,
}: {
  readonly events: readonly RegistryEvent[];
  readonly isPending: boolean;
  readonly fresh: readonly RegistryEvent[];
}): JSX.Element {
  if (events.length === 0) {
    if (isPending) return <Loading what="what happened" />;
    return (
      <EmptyState title="Nothing has happened yet">
        Pushes, tags and deletions show here as soon as they happen.
      </EmptyState>
    );
  }
  return (
    <ol className={`${classes.panel} ${classes.feed}`} aria-label="What happened, the newest first">
      {happeningsOf(events).map(({ event, more }) => (
        <li
          key={event.data.push ?? event.id}
          className={fresh.includes(event) ? classes.fresh : undefined}
          data-row
        >
          <EventLine event={event} more={more} />
        </li>
      ))}
    </ol>
  );
}

function isNotIn(events: readonly RegistryEvent[]): (event: RegistryEvent) => boolean {
  const ids = new Set(events.map(({ id }) => id));
  return ({ id }) => !ids.has(id);
}

function goOnText(waiting: number): string {
  return waiting === 0 ? 'Go on' : `Go on, ${countOf(waiting, 'new entry', 'new entries')}`;
}
