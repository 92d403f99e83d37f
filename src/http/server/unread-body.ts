import { type IncomingMessage, type ServerResponse } from 'node:http';

import { waitsToSend } from './expect-continue.js';

/** Limits for reading an unwanted body, so that the client can read the response. */
const DRAIN_MS = 2_000;
const DRAIN_BYTES = 16 * 1024 * 1024;

/** A body of at most this many bytes is sent in one piece with its headers. */
const FEW_BYTES = 16 * 1024;

type Answer = ServerResponse & { readonly req: IncomingMessage };

/**
 * Ends a response, with an optional `body`, after reading the rest of the request's body for a bounded time. Ending at once would
 * reset the connection of a client that still sends, so that it never sees the response.
 */
export function endAfterRequest(response: Answer, body?: Uint8Array | string): void {
  const request = response.req;
  if (request.complete || request.destroyed || !announcesBody(request)) return end(response, body);
  response.setHeader('Connection', 'close');
  if (waitsToSend(request)) return end(response, body);
  response.flushHeaders();
  if (body !== undefined) response.write(body);
  drain(request, () => response.end());
}

/** Ends a response. Node sends the headers together with a text, but apart from bytes, which takes longer if they are few. */
function end(response: Answer, body: Uint8Array | string | undefined): void {
  if (!(body instanceof Uint8Array) || body.byteLength > FEW_BYTES) response.end(body);
  else response.end(latin1Of(body), 'latin1');
}

/** Returns a text that has one character for each byte. */
function latin1Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
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

/** Whether the headers of a request announce a body with at least one byte. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
