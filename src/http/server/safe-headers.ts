import { type ServerResponse } from 'node:http';

import { type NextFunction, type Request } from 'express';

/** Headers that stop a browser from running content that somebody pushed, or from guessing another type for it. */
export const SAFE_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
} as const;

const ENTRIES = Object.entries(SAFE_HEADERS);

/** Sets the safe headers on every response. */
export function setSafeHeaders(
  _request: Request,
  response: ServerResponse,
  next: NextFunction,
): void {
  for (const [name, value] of ENTRIES) response.setHeader(name, value);
  next();
}
