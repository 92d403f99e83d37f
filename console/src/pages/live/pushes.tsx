import { Text } from '@mantine/core';
import { type JSX } from 'react';

import { bytesText, countOf } from '../../parts/format.js';
import { PlaceLink } from '../../parts/link.js';
import { repositoryPlace } from '../../parts/places.js';
import {
  pushesOf,
  reusedText,
  totalOf,
  type PushInProgress,
  type Reuses,
  type Upload,
  type Uploads,
} from './push-progress.js';
import classes from './live.module.css';

interface PushesProps {
  readonly uploads: Uploads;
  readonly reuses: Reuses;
}

/** Shows the pushes that are in progress, with a bar for each layer, and what they did not have to send. */
export function Pushes({ uploads, reuses }: PushesProps): JSX.Element {
  const pushes = pushesOf(uploads, reuses);
  if (pushes.length === 0) {
    return (
      <Text size="sm" c="dimmed" className={classes.nothing}>
        Nobody pushes now. A push to a repository where you may push shows here.
      </Text>
    );
  }
  return (
    <ul className={classes.pushes} aria-label="Pushes in progress">
      {pushes.map((push) => (
        <li key={push.key}>
          <Push push={push} />
        </li>
      ))}
    </ul>
  );
}

function Push({ push }: { readonly push: PushInProgress }): JSX.Element {
  const { repository, by, uploads, reused } = push;
  const { receivedBytes, bytesPerSecond } = totalOf(push);
  const sent = `${countOf(uploads.length, 'blob')} · ${bytesText(receivedBytes)} · ${bytesText(bytesPerSecond)}/s`;
  const parts = [...(uploads.length === 0 ? [] : [sent]), reusedText(reused)];
  return (
    <>
      <div className={classes.pushHead}>
        <span>
          <PlaceLink to={repositoryPlace(repository)} fw={500}>
            {repository}
          </PlaceLink>
          {by !== undefined && <Text span c="dimmed" size="sm">{` by ${by}`}</Text>}
        </span>
        <Text size="sm" c="dimmed">
          {parts.filter((part) => part !== '').join(' · ')}
        </Text>
      </div>
      {uploads.map((upload, at) => (
        <Layer key={upload.id} upload={upload} label={`Blob ${at + 1} of ${repository}`} />
      ))}
    </>
  );
}

/** A client does not say how large a layer will be, so the bar shows that bytes come, and the text how many. */
function Layer({
  upload,
  label,
}: {
  readonly upload: Upload;
  readonly label: string;
}): JSX.Element {
  const { receivedBytes, bytesPerSecond, hasEnded } = upload;
  const rate = bytesPerSecond === undefined ? '' : ` · ${bytesText(bytesPerSecond)}/s`;
  const text = `${bytesText(receivedBytes)}${hasEnded ? ' · received' : rate}`;
  return (
    <div className={classes.layer}>
      <div
        className={classes.bar}
        role="progressbar"
        aria-label={label}
        aria-valuetext={text}
        data-ended={hasEnded || undefined}
      />
      <Text size="xs" c="dimmed" className={classes.amount}>
        {text}
      </Text>
    </div>
  );
}
