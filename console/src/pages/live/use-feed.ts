import { useEffect, useState } from 'react';

import { onLive } from '../../api/live/live.js';
import { type RegistryEvent } from '../../parts/events/event-text.js';
import { merged } from './happenings.js';
import { withoutOld, withProgress, type Uploads } from './push-progress.js';

/** How often uploads that are over are looked for. */
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

/** Returns the uploads in progress. */
export function useUploads(): Uploads {
  const [uploads, setUploads] = useState<Uploads>(new Map());
  useEffect(() => {
    const end = onLive((message) => {
      if (message.kind !== 'event' || 'id' in message.event) return;
      const { event } = message;
      setUploads((before) => withProgress(before, event));
    });
    const timer = setInterval(
      () => setUploads((before) => withoutOld(before, Date.now())),
      TIDY_MS,
    );
    return () => {
      end();
      clearInterval(timer);
    };
  }, []);
  return uploads;
}
