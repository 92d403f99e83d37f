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
  let bytesReceived = request.readableLength;
  let bytesSent = 0;
  tapBody(
    request,
    counting((bytes) => (bytesReceived += bytes)),
  );
  if (request.method !== 'HEAD')
    tapAnswer(
      response,
      counting((bytes) => (bytesSent += bytes)),
    );
  response.once('close', () => {
    log.add({
      ...target,
      headers: request.headers,
      status: response.headersSent ? response.statusCode : undefined,
      aborted: !response.writableFinished,
      bytesReceived,
      bytesSent,
    });
  });
}

function counting(count: (bytes: number) => void): Tap {
  return (bytes) => {
    count(bytes.byteLength);
    return { bytes, cut: false };
  };
}
