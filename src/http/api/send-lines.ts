import { once } from 'node:events';

import { type Request, type Response } from 'express';

/** The media type of JSON texts in lines. */
const LINES_TYPE = 'application/x-ndjson';

/**
 * Sends each item as a line of JSON as soon as it is known. Stops when the client leaves; a failure cuts the answer.
 *
 * Finding an item may take longer than the idle limit of the connection. Only a client that stops reading is cut.
 */
export async function sendLines<T>(
  { method, socket }: Request,
  response: Response,
  items: AsyncIterable<T>,
  toJson: (item: T) => object,
): Promise<void> {
  response.status(200).setHeader('Content-Type', LINES_TYPE);
  response.setHeader('Cache-Control', 'no-store');
  if (method === 'HEAD') return void response.end();
  const idleLimit = socket.timeout ?? 0;
  try {
    socket.setTimeout(0);
    for await (const item of items) {
      if (response.destroyed) return;
      if (response.write(`${JSON.stringify(toJson(item))}\n`)) continue;
      socket.setTimeout(idleLimit);
      await drained(response);
      socket.setTimeout(0);
    }
  } finally {
    socket.setTimeout(idleLimit);
  }
  response.end();
}

/** Resolves when more can be written, or the client has left. */
async function drained(response: Response): Promise<void> {
  const done = new AbortController();
  const signal = { signal: done.signal };
  try {
    await Promise.race([once(response, 'drain', signal), once(response, 'close', signal)]);
  } finally {
    // Without it, each wait would leave the listeners of the event that did not come.
    done.abort();
  }
}
