import { Button, Group, Stack, Title } from '@mantine/core';
import { useState, type JSX } from 'react';

import { api, dataOf } from '../../api/client.js';
import { useProgress } from '../../api/live/live.js';
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
import { happeningsOf, merged } from './happenings.js';
import classes from './live.module.css';
import { Pushes } from './pushes.js';
import { useArrivals, useUploads } from './use-feed.js';

/** A push has a few events. */
const ASKED = 100;

/** What happens now in the registry: pushes in progress, and what changed last. */
export function LivePage(): JSX.Element {
  useProgress();
  const uploads = useUploads();
  return (
    <Stack gap="lg">
      <PageTitle title="Live">
        <LiveStatus />
      </PageTitle>
      <section aria-labelledby="pushes">
        <Title order={2} size="h3" mb={8} id="pushes">
          Pushes in progress
        </Title>
        <div className={classes.panel}>
          <Pushes uploads={uploads} />
        </div>
      </section>
      <Feed />
    </Stack>
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
