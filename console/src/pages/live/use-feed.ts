import { useEffect, useState } from 'react';

import { type LiveEvent } from '../../api/live/live-message.js';
import { onLive } from '../../api/live/live.js';
import { type RegistryEvent } from '../../parts/events/event-text.js';
import { withFailure, type Failures } from './failures.js';
import { merged } from './happenings.js';
import { withoutOldPulls, withPull, type Pulls } from './pull-progress.js';
import {
  withoutOld,
  withoutOldReuses,
  withProgress,
  type Reuses,
  type Uploads,
} from './push-progress.js';

/** How often what is over is looked for. */
const TIDY_MS = 1_000;

/** Returns the events that came since the page was opened. */
export function useArrivals(): readonly RegistryEvent[] {
  const [events, setEvents] = useState<readonly RegistryEvent[]>([]);
  useEffect(
    () =>
      onLive((message) => {
        if (message.kind !== 'event' || !('id' in message.event)) return;
        const { event } = message;
        setEvents((before) => merged(before, [event]));
      }),
    [],
  );
  return events;
}

/** What happens at the present moment. */
export interface Moment {
  readonly uploads: Uploads;
  readonly reuses: Reuses;
  readonly pulls: Pulls;
  readonly failures: Failures;
}

const NOTHING: Moment = {
  uploads: new Map(),
  reuses: new Map(),
  pulls: new Map(),
  failures: new Map(),
};

/** Returns what happens now: uploads, pulls, and what failed. */
export function useMoment(): Moment {
  const [moment, setMoment] = useState(NOTHING);
  useEffect(() => {
    const end = onLive((message) => {
      if (message.kind !== 'event' || 'id' in message.event) return;
      const { event } = message;
      setMoment((before) => withEvent(before, event));
    });
    const timer = setInterval(() => setMoment((before) => tidied(before, Date.now())), TIDY_MS);
    return () => {
      end();
      clearInterval(timer);
    };
  }, []);
  return moment;
}

function withEvent(moment: Moment, event: LiveEvent): Moment {
  switch (event.type) {
    case 'upload.progress':
      return { ...moment, uploads: withProgress(moment.uploads, event) };
    case 'blob.reused':
      return { ...moment, reuses: new Map([...moment.reuses, [event.data.reuse, event]]) };
    case 'pull.progress':
      return { ...moment, pulls: withPull(moment.pulls, event) };
    case 'request.failed':
      return { ...moment, failures: withFailure(moment.failures, event) };
  }
}

/** Returns the moment without what is over. The same one if that is nothing, so that the page is not made again. */
function tidied(moment: Moment, now: number): Moment {
  const uploads = withoutOld(moment.uploads, now);
  const reuses = withoutOldReuses(moment.reuses, now);
  const pulls = withoutOldPulls(moment.pulls, now);
  const isSame = uploads === moment.uploads && reuses === moment.reuses && pulls === moment.pulls;
  return isSame ? moment : { ...moment, uploads, reuses, pulls };
}
