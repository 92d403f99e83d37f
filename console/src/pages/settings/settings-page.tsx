import { Stack } from '@mantine/core';
import { type JSX } from 'react';

import { api, dataOf } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { useMe } from '../../api/session.js';
import { AnswerView } from '../../parts/answer-view.js';
import { EmptyState } from '../../parts/empty-state.js';
import { PageTitle } from '../../parts/page-title.js';
import { Doctor } from './doctor.js';
import { Registry } from './registry.js';
import { SettingsTable } from './settings-table.js';

/** The registry as its operator sees it. */
export function SettingsPage(): JSX.Element {
  const me = useMe();
  return (
    <Stack gap="md">
      <PageTitle title="Settings" />
      <AnswerView answer={me} what="who you are">
        {({ admin, readOnly }) =>
          admin ? (
            <Whole isReadOnly={readOnly} />
          ) : (
            <EmptyState title="Only administrators see the settings">
              Ask the operator to list you under admins in the access file.
            </EmptyState>
          )
        }
      </AnswerView>
    </Stack>
  );
}

function Whole({ isReadOnly }: { isReadOnly: boolean }): JSX.Element {
  const answer = useAnswer(['settings'], (signal) =>
    dataOf(api.GET('/api/v1/settings', { signal })),
  );
  return (
    <AnswerView answer={answer} what="the settings">
      {(settings) => (
        <>
          <Registry isReadOnly={isReadOnly} settings={settings} />
          <Doctor isReadOnly={isReadOnly} />
          <SettingsTable settings={settings.settings} />
        </>
      )}
    </AnswerView>
  );
}
