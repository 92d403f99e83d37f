import { Stack, Tabs } from '@mantine/core';
import { type JSX } from 'react';
import { useLocation, useSearchParams } from 'wouter';

import { repositoryPlace } from '../../parts/places.js';
import { CopyButton } from '../../parts/copy-button.js';
import { fullRepository } from '../../parts/commands.js';
import { CLIENT_ADDRESS } from '../../api/client.js';
import { PageTitle } from '../../parts/page-title.js';
import { PlaceLink } from '../../parts/link.js';
import { TABS } from './tabs.js';

/** One repository. `rest` is its name. */
export function RepositoryPage({ rest: repository }: { rest: string }): JSX.Element {
  const [params] = useSearchParams();
  const [, goTo] = useLocation();
  const asked = params.get('tab');
  const current = TABS.find(({ id }) => id === asked) ?? TABS[0];
  return (
    <Stack gap="md">
      <Stack gap={2}>
        <PlaceLink to="/repositories" size="sm">
          Repositories
        </PlaceLink>
        <PageTitle
          title={repository}
          beside={
            <CopyButton text={fullRepository(CLIENT_ADDRESS, repository)} what="the full name" />
          }
        />
      </Stack>
      <Tabs
        value={current?.id ?? null}
        onChange={(id) => goTo(repositoryPlace(repository, id ?? undefined))}
        keepMounted={false}
      >
        <Tabs.List aria-label={`Parts of ${repository}`}>
          {TABS.map(({ id, title }) => (
            <Tabs.Tab key={id} value={id}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map(({ id, Tab }) => (
          <Tabs.Panel key={id} value={id} pt="md">
            <Tab repository={repository} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}
