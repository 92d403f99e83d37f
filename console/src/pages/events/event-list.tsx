import { Button, Group, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState, type JSX } from 'react';

import { api, dataOf, type components } from '../../api/client.js';
import { onLive } from '../../api/live/live.js';
import { cursorQuery, useListing, type Listing } from '../../api/queries.js';
import { useSession } from '../../api/session.js';
import { EmptyState } from '../../parts/empty-state.js';
import { EventLine } from '../../parts/events/event-line.js';
import { EVENT_TYPES, TYPES_OF_REGISTRY } from '../../parts/events/event-text.js';
import { countOf } from '../../parts/format.js';
import { ListingView } from '../../parts/listing-view.js';
import { queryOf, useEventFilter, type EventFilter } from './event-filter.js';
import classes from './events.module.css';

type Events = components['schemas']['Events'];

/** A person types a pattern within that. */
const WAIT_MS = 400;

function useEvents(filter: EventFilter): Listing<Events> {
  return useListing({
    key: ['events', filter],
    ask: (cursor, signal) => {
      const { limit, cursor: before } = cursorQuery(cursor);
      const query = {
        order: 'newest' as const,
        limit,
        ...queryOf(filter),
        ...(before !== undefined && { before }),
      };
      return dataOf(api.GET('/api/v1/events', { params: { query }, signal }));
    },
  });
}

/** The events that are kept, the newest first. */
export function EventList(): JSX.Element {
  const [filter, setFilter] = useEventFilter();
  const listing = useEvents(filter);
  const isFiltered = filter.types.length > 0 || filter.repositories !== '';
  return (
    <Stack gap="md">
      <FilterFields filter={filter} setFilter={setFilter} />
      <NewEvents listing={listing} />
      <ListingView
        listing={listing}
        what="the events"
        rowsOf={({ events }) => events}
        empty={<NoEvents isFiltered={isFiltered} />}
      >
        {(events) => (
          <ol className={classes.list} aria-label="Events, the newest first">
            {events.map((event) => (
              <li key={event.id} data-row>
                <EventLine event={event} />
              </li>
            ))}
          </ol>
        )}
      </ListingView>
    </Stack>
  );
}

function NoEvents({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  if (isFiltered) {
    return (
      <EmptyState title="No such event">
        Choose other types, or another pattern such as team/**.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No event yet">
      Pushes, tags, deletions and collections are listed here for a week.
    </EmptyState>
  );
}

interface FilterFieldsProps {
  readonly filter: EventFilter;
  readonly setFilter: (filter: EventFilter) => void;
}

function FilterFields({ filter, setFilter }: FilterFieldsProps): JSX.Element {
  const { isAdmin } = useSession();
  const [pattern, setPattern] = useState(filter.repositories);
  const search = useDebouncedCallback(
    (repositories: string) => setFilter({ ...filter, repositories }),
    { delay: WAIT_MS, flushOnUnmount: false },
  );
  const types = EVENT_TYPES.filter(([type]) => isAdmin || !TYPES_OF_REGISTRY.includes(type));
  return (
    <Group align="flex-end" gap="sm">
      <MultiSelect
        label="Types"
        placeholder={filter.types.length === 0 ? 'All' : ''}
        data={types.map(([value, label]) => ({ value, label }))}
        value={[...filter.types]}
        onChange={(chosen) => setFilter({ ...filter, types: chosen })}
        clearable
        maxDropdownHeight={480}
        clearButtonProps={{ 'aria-label': 'Show all types' }}
        className={classes.types}
      />
      <TextInput
        label="Repositories"
        placeholder="All, or a pattern such as team/**"
        value={pattern}
        onChange={({ currentTarget }) => {
          setPattern(currentTarget.value);
          search(currentTarget.value.trim());
        }}
        data-search
        spellCheck={false}
        className={classes.pattern}
      />
    </Group>
  );
}

/** Says that there are newer events, and shows them on demand: a list that moves by itself is hard to read. */
function NewEvents({ listing }: { readonly listing: Listing<Events> }): JSX.Element | null {
  const [count, setCount] = useState(0);
  useEffect(
    () =>
      onLive((message) => {
        if (message.kind === 'event' && 'id' in message.event) setCount((before) => before + 1);
      }),
    [],
  );
  if (count === 0) return null;
  const show = (): void => {
    setCount(0);
    listing.retry();
  };
  return (
    <Group justify="center" role="status">
      <Button size="xs" variant="default" onClick={show}>
        {`Show ${countOf(count, 'newer event')}`}
      </Button>
    </Group>
  );
}
