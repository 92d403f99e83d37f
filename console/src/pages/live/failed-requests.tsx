import { Text } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { type FailedRequest } from '../../api/live/live-message.js';
import { NoticeLine } from '../../parts/events/notice-line.js';
import { ForeignText } from '../../parts/foreign-text.js';
import { countText, sentence, shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { imageText, repositoryPlace } from '../../parts/places.js';
import { explanationsOf, type Failures } from './failures.js';
import classes from './live.module.css';

/** Shows the last requests of image clients that failed, with what the clients were told. */
export function FailedRequests({ failures }: { readonly failures: Failures }): JSX.Element {
  if (failures.size === 0) {
    return (
      <div className={classes.panel}>
        <Text size="sm" c="dimmed" className={classes.nothing}>
          No push or pull has failed lately.
        </Text>
      </div>
    );
  }
  return (
    <ol className={`${classes.panel} ${classes.feed}`} aria-label="What failed, the newest first">
      {[...failures.values()].map((failure) => (
        <li key={failure.data.failure} data-row>
          <Failure failure={failure} />
        </li>
      ))}
    </ol>
  );
}

function Failure({ failure }: { readonly failure: FailedRequest }): JSX.Element {
  const { time, data, origin } = failure;
  const { address, userAgent, requestId } = origin ?? {};
  const from = [
    ...(address === undefined ? [] : [`from ${address}`]),
    ...(userAgent === undefined ? [] : [`by ${userAgent}`]),
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(', ');
  return (
    <NoticeLine icon="warning" tone="warning" at={time} by={data.by}>
      <span>{whatFailed(failure)}</span>
      <Text size="sm">
        <ForeignText text={sentence(data.message)} />
      </Text>
      {[...explanationsOf(data.detail), ...(from === '' ? [] : [sentence(from)])].map((text) => (
        <Text key={text} size="sm" c="dimmed">
          <ForeignText text={text} />
        </Text>
      ))}
    </NoticeLine>
  );
}

const ATTEMPTS: Readonly<Record<string, string>> = {
  push: 'Push',
  pull: 'Pull',
  delete: 'Deletion',
};

function whatFailed({ repository, data }: FailedRequest): ReactNode {
  const { attempt, reference, status, code, times } = data;
  const often = times === 1 ? '' : `, ${countText(times)} times`;
  return (
    <>
      {ATTEMPTS[attempt] ?? 'Request'}
      {repository !== undefined && (
        <>
          {attempt === 'push' ? ' to ' : ' of '}
          <PlaceLink to={repositoryPlace(repository)} fw={500}>
            {reference === undefined ? repository : shortImage(repository, reference)}
          </PlaceLink>
        </>
      )}
      {` failed with ${status} ${code}${often}`}
    </>
  );
}

function shortImage(repository: string, reference: string): string {
  const isDigest = reference.includes(':');
  return imageText({ repository, reference: isDigest ? shortDigest(reference) : reference });
}
