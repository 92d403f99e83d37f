import { Text } from '@mantine/core';
import { type JSX, type ReactNode } from 'react';

import { Icon, type IconName } from '../icon.js';
import { Time } from '../time.js';
import classes from './event-line.module.css';
import { type Tone } from './event-text.js';

interface NoticeLineProps {
  readonly icon: IconName;
  readonly tone: Tone;
  /** When it happened, in the form of ISO 8601, and who did it, if that is to be shown. */
  readonly at: string;
  readonly by?: string | undefined;
  readonly children: ReactNode;
}

/** A line about something that happened, with who caused it and when. */
export function NoticeLine({ icon, tone, at, by, children }: NoticeLineProps): JSX.Element {
  return (
    <div className={classes.line}>
      <span className={classes.icon} data-tone={tone}>
        <Icon name={icon} size={16} />
      </span>
      <div className={classes.text}>{children}</div>
      <Text className={classes.when} size="sm" c="dimmed">
        {by !== undefined && <bdi>{`${by}, `}</bdi>}
        <Time at={at} />
      </Text>
    </div>
  );
}
