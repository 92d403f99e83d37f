import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

import { type TestRegistry } from '../registry.js';

/** What a client got for a GET. */
export interface Pulled {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** Whether the response ended as announced. */
  readonly isWhole: boolean;
  /** After how many milliseconds the first byte of the body came. */
  readonly firstByteMs: number;
  /** After how many milliseconds the response ended. */
  readonly endMs: number;
}

interface Pull {
  readonly headers?: Readonly<Record<string, string>>;
  /** How fast the client reads. */
  readonly bytesPerSecond?: number;
}

/** Sends a GET as a client does that notices when a response is cut. */
export function pull(
  registry: TestRegistry,
  path: string,
  { headers = {}, bytesPerSecond }: Pull = {},
): Promise<Pulled> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', port: registry.port, path, headers, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      void (async () => {
        const parts: Buffer[] = [];
        let firstByteMs = Infinity;
        try {
          for await (const part of response as AsyncIterable<Buffer>) {
            firstByteMs = Math.min(firstByteMs, performance.now() - begun);
            parts.push(part);
            if (bytesPerSecond !== undefined) await delay((part.length / bytesPerSecond) * 1_000);
          }
        } catch {
          // The response was cut.
        }
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts),
          isWhole: response.complete,
          firstByteMs,
          endMs: performance.now() - begun,
        });
      })();
    });
  });
}
