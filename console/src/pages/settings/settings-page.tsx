import { Stack } from '@mantine/core';
import { type JSX } from 'react';

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
            <>
              <Registry isReadOnly={readOnly} />
              <Doctor isReadOnly={readOnly} />
              <SettingsTable />
            </>
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
