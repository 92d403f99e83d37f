import { Stack } from '@mantine/core';
import { type JSX } from 'react';
import { useSearchParams } from 'wouter';

import { api, dataOf } from '../../api/client.js';
import { useAnswer } from '../../api/queries.js';
import { useMe } from '../../api/session.js';
import { AnswerView } from '../../parts/answer-view.js';
import { PageTitle } from '../../parts/page-title.js';
import { Collections } from './collections.js';
import { LargestBlobs } from './largest-blobs.js';
import { LargestRepositories } from './largest-repositories.js';
import { StorageOverview } from './storage-overview.js';
import { WhyStored } from './why-stored.js';

/** How many repositories and blobs the page compares. The page of repositories sorts all of them. */
const SHOWN = 10;

/** How often figures are asked for that the registry still counts, in milliseconds. */
const COUNTING_MS = 1_000;

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
        {({ admin }) => <Parts isAdmin={admin} asked={asked} ask={ask} />}
      </AnswerView>
    </Stack>
  );
}

interface PartsProps {
  readonly isAdmin: boolean;
  /** The digest whose reasons are asked for. */
  readonly asked: string;
  readonly ask: (digest: string) => void;
}

function Parts({ isAdmin, asked, ask }: PartsProps): JSX.Element {
  const answer = useAnswer(
    ['storage', 'overview', isAdmin],
    (signal) =>
      dataOf(api.GET('/api/v1/storage/overview', { params: { query: { limit: SHOWN } }, signal })),
    {
      refetchInterval: ({ state: { data } }) =>
        data?.repositories.some(({ tags }) => tags === undefined) === true && COUNTING_MS,
    },
  );
  return (
    <>
      <AnswerView answer={answer} what="what takes the space">
        {({ storage, repositories, blobs }) => (
          <>
            {storage && <StorageOverview storage={storage} />}
            <LargestRepositories isAdmin={isAdmin} repositories={repositories} />
            <LargestBlobs {...blobs} {...(isAdmin && { ask })} />
          </>
        )}
      </AnswerView>
      {/* They are below when the rest is there, and ask for their own answers when they are wanted or seen. */}
      {isAdmin && !answer.isPending && (
        <>
          <WhyStored key={asked} digest={asked} ask={ask} />
          <Collections />
        </>
      )}
    </>
  );
}
