import { once } from 'node:events';

import { type Request, type Response } from 'express';

/** The media type of JSON texts in lines. */
export const LINES_TYPE = 'application/x-ndjson';

/** Sends each item as a line of JSON as soon as it is known. Stops when the client leaves; a failure cuts the answer. */
export async function sendLines<T>(
  { method }: Request,
  response: Response,
  items: AsyncIterable<T>,
  toJson: (item: T) => object,
): Promise<void> {
  response.status(200).setHeader('Content-Type', LINES_TYPE);
  response.setHeader('Cache-Control', 'no-store');
  if (method === 'HEAD') return void response.end();
  for await (const item of items) {
    if (response.destroyed) return;
    if (response.write(`${JSON.stringify(toJson(item))}\n`)) continue;
    await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}
