import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { type Pusher } from '../../support/push-over-http.js';

/** A push of a blob that has begun, on a connection of its own. */
export interface SlowPush {
  /** Sends the rest, so that the blob is stored. */
  end(): Promise<void>;
}

/** How much is sent at a time, and how long the pauses are. */
const SLICE_BYTES = 256 * 1024;
const PAUSE_MS = 100;

/** Pushes a blob slice by slice, as over a slow line, until `end` is called. */
export async function pushSlowly({ url, headers }: Pusher, repository: string): Promise<SlowPush> {
  const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, {
    method: 'POST',
    headers: { ...headers },
  });
  const location = new URL(begun.headers.get('location') ?? '', url);
  const patch = request(location, { method: 'PATCH', headers: { ...headers }, agent: false });
  // The registry closes the connection when a test ends in between.
  patch.on('error', () => undefined);
  const answered = once(patch, 'response');
  const over = new AbortController();
  const sending = (async () => {
    while (!over.signal.aborted) {
      patch.write(Buffer.alloc(SLICE_BYTES, 'x'));
      await delay(PAUSE_MS);
    }
    patch.end();
  })();
  return {
    end: async () => {
      over.abort();
      await sending;
      await answered;
      const removed = await fetch(location, { method: 'DELETE', headers: { ...headers } });
      if (removed.status !== 204) throw new Error(`DELETE ${location.href}: ${removed.status}`);
    },
  };
}
