import { type IncomingMessage, type ServerResponse } from 'node:http';

import { tapAnswer, tapBody, type Tap } from './body-taps.js';
import { type Target } from './operations.js';
import { type RequestLog } from './request-log.js';

/** Adds the request for `target` to `log` when it ends. */
export function observe(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  log: RequestLog,
): void {
  // The bytes that arrived before this handler ran are in the buffer.
  const received = new ByteCount(request.readableLength);
  const sent = new ByteCount(0);
  tapBody(request, received.tap);
  if (request.method !== 'HEAD') tapAnswer(response, sent.tap);
  response.once('close', () => {
    log.add({
      ...target,
      headers: request.headers,
      status: response.headersSent ? response.statusCode : undefined,
      aborted: !response.writableFinished,
      bytesReceived: received.bytes,
      bytesSent: sent.bytes,
    });
  });
}

class ByteCount {
  constructor(public bytes: number) {}

  readonly tap: Tap = (piece) => {
    this.bytes += piece.byteLength;
    return { bytes: piece, cut: false };
  };
}
