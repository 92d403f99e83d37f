import { Stack, Tabs } from '@mantine/core';
import { type ComponentType, type JSX } from 'react';
import { useLocation, useSearchParams } from 'wouter';

import { useMe } from '../../api/session.js';
import { AnswerView } from '../../parts/answer-view.js';
import { PageTitle } from '../../parts/page-title.js';
import { Matrix } from './matrix.js';
import { OwnRights } from './own-rights.js';
import { Robots } from './robots.js';
import { Rules } from './rules.js';

interface AccessTab {
  /** Its name in the address: `?tab=robots`. */
  readonly id: string;
  readonly title: string;
  readonly Tab: ComponentType;
}

/** The tabs of administrators. Others see their own rights only. */
const TABS: readonly AccessTab[] = [
  { id: 'you', title: 'You', Tab: OwnRights },
  { id: 'robots', title: 'Robots', Tab: Robots },
  { id: 'people', title: 'People', Tab: Matrix },
  { id: 'rules', title: 'Rules', Tab: Rules },
];

/** Who may do what. */
export function AccessPage(): JSX.Element {
  const me = useMe();
  return (
    <Stack gap="md">
      <PageTitle title="Access" />
      <AnswerView answer={me} what="who you are">
        {({ admin }) => (admin ? <AdminTabs /> : <OwnRights />)}
      </AnswerView>
    </Stack>
  );
}

function AdminTabs(): JSX.Element {
  const [params] = useSearchParams();
  const [, goTo] = useLocation();
  const asked = params.get('tab');
  const current = TABS.find(({ id }) => id === asked) ?? TABS[0];
  return (
    <Tabs
      value={current?.id ?? null}
      onChange={(id) => goTo(`/access?tab=${id ?? 'you'}`)}
      keepMounted={false}
    >
      <Tabs.List aria-label="Parts of the access control">
        {TABS.map(({ id, title }) => (
          <Tabs.Tab key={id} value={id}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {TABS.map(({ id, Tab }) => (
        <Tabs.Panel key={id} value={id} pt="md">
          <Tab />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
