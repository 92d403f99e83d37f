import { Stack, Tabs } from '@mantine/core';
import { type JSX } from 'react';
import { useLocation, useSearchParams } from 'wouter';

import { useSession } from '../../api/session.js';
import { PageTitle } from '../../parts/page-title.js';
import { EventList } from './event-list.js';
import { Webhooks } from './webhooks.js';

/** What happened in the registry, and for administrators the receivers of events. */
export function EventsPage(): JSX.Element {
  const { isAdmin } = useSession();
  const [params] = useSearchParams();
  const [, goTo] = useLocation();
  if (!isAdmin) {
    return (
      <Stack gap="md">
        <PageTitle title="Events" />
        <EventList />
      </Stack>
    );
  }
  return (
    <Stack gap="md">
      <PageTitle title="Events" />
      <Tabs
        value={params.get('tab') === 'webhooks' ? 'webhooks' : 'events'}
        onChange={(tab) => goTo(tab === 'webhooks' ? '/events?tab=webhooks' : '/events')}
        keepMounted={false}
      >
        <Tabs.List aria-label="Parts of the events">
          <Tabs.Tab value="events">Events</Tabs.Tab>
          <Tabs.Tab value="webhooks">Webhooks</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="events" pt="md">
          <EventList />
        </Tabs.Panel>
        <Tabs.Panel value="webhooks" pt="md">
          <Webhooks />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
