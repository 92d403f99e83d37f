import { Code, Text } from '@mantine/core';
import { type JSX } from 'react';

import { bytesText, shortDigest } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { repositoryPlace } from '../../parts/places.js';
import classes from './live.module.css';
import { type Pull, type Pulls as AllPulls } from './pull-progress.js';

/** Shows the pulls of large blobs that are in progress, and those that ended a moment ago. */
export function Pulls({ pulls }: { readonly pulls: AllPulls }): JSX.Element {
  if (pulls.size === 0) {
    return (
      <Text size="sm" c="dimmed" className={classes.nothing}>
        Nobody pulls a large blob now.
      </Text>
    );
  }
  return (
    <ul className={classes.pushes} aria-label="Pulls of large blobs">
      {[...pulls.values()].map((pull) => (
        <li key={pull.id}>
          <PullLine pull={pull} />
        </li>
      ))}
    </ul>
  );
}

function PullLine({ pull }: { readonly pull: Pull }): JSX.Element {
  const { repository, digest, by, sentBytes, totalBytes } = pull;
  const percent = Math.floor((100 * sentBytes) / totalBytes);
  const text = amountText(pull);
  return (
    <>
      <div className={classes.pushHead}>
        <span>
          <PlaceLink to={repositoryPlace(repository)} fw={500}>
            {repository}
          </PlaceLink>{' '}
          <Code title={digest}>{shortDigest(digest)}</Code>
          {by !== undefined && <Text span c="dimmed" size="sm">{` by ${by}`}</Text>}
        </span>
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      </div>
      <div
        className={classes.measure}
        role="progressbar"
        aria-label={`Pull of ${shortDigest(digest)} of ${repository}`}
        aria-valuenow={percent}
        aria-valuetext={text}
      >
        <div style={{ inlineSize: `${percent}%` }} />
      </div>
    </>
  );
}

function amountText({ sentBytes, totalBytes, bytesPerSecond, ended }: Pull): string {
  if (ended === 'complete') return `${bytesText(totalBytes)} · complete`;
  const amount = `${bytesText(sentBytes)} of ${bytesText(totalBytes)}`;
  if (ended === 'cut') return `${amount} · the client left`;
  return bytesPerSecond === undefined ? amount : `${amount} · ${bytesText(bytesPerSecond)}/s`;
}
