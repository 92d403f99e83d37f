import { type IncomingMessage, type ServerResponse } from 'node:http';

import { endAfterRequest } from '../http/server/unread-body.js';
import { tapAnswer, tapBody, type Tap } from './body-taps.js';
import { type FaultPlan, type FaultyAnswer } from './fault-options.js';

/** Applies the fault instead of, or while, serving. The delay has already elapsed. */
export function applyFault(
  plan: FaultPlan,
  request: IncomingMessage,
  response: ServerResponse,
  serve: () => void,
): void {
  const { answer, cutAfter, cutUploadAfter, corruptByte } = plan;
  if (answer !== undefined) return sendFault(response, answer);
  if (cutAfter !== undefined) tapAnswer(response, cutting(cutAfter));
  if (cutUploadAfter !== undefined) tapBody(request, cutting(cutUploadAfter));
  if (corruptByte !== undefined) tapAnswer(response, corrupting(corruptByte));
  serve();
}

function sendFault(
  response: ServerResponse,
  { status, code, message, headers }: FaultyAnswer,
): void {
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message }] }));
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', body.byteLength);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  endAfterRequest(response, body);
}

function cutting(after: number): Tap {
  let left = after;
  return (piece) => {
    const bytes = piece.subarray(0, left);
    const cut = piece.byteLength > left;
    left -= bytes.byteLength;
    return { bytes, cut };
  };
}

function corrupting(place: number): Tap {
  let at = place;
  return (piece) => {
    const bytes = Buffer.from(piece);
    if (at >= 0 && at < bytes.byteLength) bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);
    at -= bytes.byteLength;
    return { bytes, cut: false };
  };
}
