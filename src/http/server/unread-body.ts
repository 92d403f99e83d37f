import { type IncomingMessage, type ServerResponse } from 'node:http';

import { waitsToSend } from './expect-continue.js';

/** How long, and how much of, a body that nobody wants is read so that the client gets to see the answer. */
const DRAIN_MS = 2_000;
const DRAIN_BYTES = 16 * 1024 * 1024;

type Answer = ServerResponse & { readonly req: IncomingMessage };

/**
 * Ends an answer, with `body` if any, when the request's body may not have been read.
 *
 * Closing at once would reset the connection under a client that still sends, and it would never see the answer; Node by
 * itself would read all that comes. So the answer goes out whole, the rest is read for a bounded time, then it ends.
 */
export function endAfterRequest(response: Answer, body?: Uint8Array): void {
  const request = response.req;
  if (request.complete || request.destroyed || !announcesBody(request)) {
    response.end(body);
    return;
  }
  response.setHeader('Connection', 'close');
  if (waitsToSend(request)) {
    response.end(body);
    return;
  }
  response.flushHeaders();
  if (body !== undefined) response.write(body);
  drain(request, () => response.end());
}

function drain(request: IncomingMessage, done: () => void): void {
  let left = DRAIN_BYTES;
  const timer = setTimeout(finish, DRAIN_MS);
  request.on('data', onData).once('end', finish).once('close', finish).once('error', finish);
  request.resume();

  function onData(chunk: Uint8Array): void {
    left -= chunk.byteLength;
    if (left < 0) finish();
  }

  function finish(): void {
    clearTimeout(timer);
    request.off('data', onData).off('end', finish).off('close', finish);
    request.pause();
    done();
  }
}

function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
