import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const CHUNK_BYTES = 64 * 1024;

/** What goes wrong with a response. */
export type Mishap =
  /** This status, with these headers. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Nothing is sent. */
  | 'hang'
  /** The connection ends before the response. */
  | 'reset'
  /** Half of the body is sent, and then nothing. */
  | 'hang-at-half'
  /** The connection ends in the middle of the body. */
  | 'reset-at-half'
  /** One byte of the body is another. */
  | 'wrong-byte'
  /** The last byte is missing, and the announced length is right for that. */
  | 'too-short'
  /** The whole body is sent, whatever the range. */
  | 'without-ranges';

/** What goes wrong next, in order. */
export class Mishaps {
  private queue: { readonly mishap: Mishap; times: number }[] = [];

  add(mishap: Mishap, times: number): void {
    this.queue.push({ mishap, times });
  }

  clear(): void {
    this.queue = [];
  }

  /** Returns the mishap of this response, and `undefined` if all goes well. */
  take(): Mishap | undefined {
    const [next] = this.queue;
    if (next === undefined) return undefined;
    next.times -= 1;
    if (next.times <= 0) this.queue.shift();
    return next.mishap;
  }
}

/** Does to a response what concerns no body. Returns whether the response is thereby done. */
export function spoil(response: ServerResponse, mishap: Mishap | undefined): boolean {
  if (mishap === 'hang') return true;
  if (mishap === 'reset') {
    // A response that waits for the one before it on its connection does not have the socket yet.
    response.req.socket.destroy();
    return true;
  }
  if (typeof mishap !== 'object') return false;
  response.writeHead(mishap.status, mishap.headers).end();
  return true;
}

export interface SentBody {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly withBody: boolean;
  /** At most so many bytes a second. */
  readonly bytesPerSecond?: number | undefined;
}

/** Sends a response with the mishap of its body. */
export async function sendBody(
  response: ServerResponse,
  { status, headers, bytes, withBody, bytesPerSecond }: SentBody,
  mishap: Mishap | undefined,
): Promise<void> {
  const body =
    mishap === 'wrong-byte'
      ? flipped(bytes)
      : mishap === 'too-short'
        ? bytes.subarray(0, -1)
        : bytes;
  response.writeHead(status, { ...headers, 'content-length': body.byteLength });
  if (!withBody) return void response.end();
  const half = mishap === 'reset-at-half' || mishap === 'hang-at-half';
  await write(response, half ? body.subarray(0, body.byteLength >> 1) : body, bytesPerSecond);
  if (mishap === 'reset-at-half') response.req.socket.destroy();
  else if (mishap !== 'hang-at-half') response.end();
}

async function write(response: ServerResponse, body: Buffer, rate: number | undefined) {
  for (let start = 0; start < body.byteLength && !response.destroyed; start += CHUNK_BYTES) {
    const chunk = body.subarray(start, start + CHUNK_BYTES);
    if (!response.write(chunk)) await drained(response);
    if (rate !== undefined) await setTimeout((chunk.byteLength / rate) * 1_000);
  }
  // A reset must not overtake what was written.
  await setTimeout(10);
}

/** Resolves when more can be written, or nothing any more. */
async function drained(response: ServerResponse): Promise<void> {
  const either = new AbortController();
  const { signal } = either;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  either.abort();
}

function flipped(bytes: Buffer): Buffer {
  const wrong = Buffer.from(bytes);
  const middle = wrong.byteLength >> 1;
  wrong[middle] = (wrong[middle] ?? 0) ^ 1;
  return wrong;
}
