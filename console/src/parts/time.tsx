import { useSyncExternalStore, type JSX } from 'react';

import { agoText, exactText } from './format.js';

/** How often relative times are written again. */
const TICK_MS = 30_000;

let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    nowMs = Date.now();
    listener();
  }, TICK_MS);
  return () => clearInterval(timer);
}

/** Shows how long ago a time was, with the exact time on demand. `at` is in the form of ISO 8601. */
export function Time({ at, never = '–' }: { at: string | undefined; never?: string }): JSX.Element {
  const now = useSyncExternalStore(subscribe, () => nowMs);
  if (at === undefined) return <span>{never}</span>;
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={exactText(then)}>
      {agoText(then, now)}
    </time>
  );
}
