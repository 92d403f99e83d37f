import { Stack } from '@mantine/core';
import { type JSX } from 'react';
import { useSearchParams } from 'wouter';

import { useMe } from '../../api/session.js';
import { AnswerView } from '../../parts/answer-view.js';
import { PageTitle } from '../../parts/page-title.js';
import { Collections } from './collections.js';
import { LargestBlobs } from './largest-blobs.js';
import { LargestRepositories } from './largest-repositories.js';
import { StorageOverview } from './storage-overview.js';
import { WhyStored } from './why-stored.js';

/** What takes the space. People who are not administrators see only what they may pull. */
export function StoragePage(): JSX.Element {
  const me = useMe();
  const [params, setParams] = useSearchParams();
  const asked = params.get('why') ?? '';
  const ask = (digest: string): void => {
    setParams(digest === '' ? {} : { why: digest }, { replace: true });
  };
  return (
    <Stack gap="md">
      <PageTitle title="Storage" />
      <AnswerView answer={me} what="who you are">
        {({ admin }) => (
          <>
            {admin && <StorageOverview />}
            <LargestRepositories isAdmin={admin} />
            <LargestBlobs {...(admin && { ask })} />
            {admin && <WhyStored key={asked} digest={asked} ask={ask} />}
            {admin && <Collections />}
          </>
        )}
      </AnswerView>
    </Stack>
  );
}
