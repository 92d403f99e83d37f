import { type IncomingMessage, type ServerResponse } from 'node:http';

import { tapAnswer, tapBody, type Tap } from './body-taps.js';
import { type Target } from './operations.js';
import { type RequestLog } from './request-log.js';

/** Has the request, which asks for `target`, written into `log` when it has ended. */
export function observe(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  log: RequestLog,
): void {
  // What came in before this handler had its turn waits there.
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
