import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';

import { type Pusher } from '../../support/push-over-http.js';

/** A pull of a blob that has begun, on a connection of its own, and of which nothing is read. */
export interface SlowPull {
  /** Reads the rest. */
  end(): Promise<void>;
}

/** Begins to pull a blob, and reads nothing until `end` is called. */
export async function pullSlowly(
  { url, headers }: Pusher,
  repository: string,
  digest: string,
): Promise<SlowPull> {
  const pull = request(new URL(`/v2/${repository}/blobs/${digest}`, url), {
    headers: { ...headers },
    agent: false,
  });
  // The registry closes the connection when a test ends in between.
  pull.on('error', () => undefined).end();
  const [response] = (await once(pull, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${repository}: ${response.statusCode}`);
  response.on('error', () => undefined);
  return {
    end: async () => {
      response.resume();
      await once(response, 'end');
    },
  };
}
