import { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

import { RegistryError } from '../../domain/errors.js';
import { clientAddress } from './origin.js';

/** How many clients are remembered; beyond it those that have been quiet for longest are forgotten. */
const MAX_CLIENTS = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Lets each client (an address) make `perSecond` requests a second on average, and as many at once; 0 is no limit.
 *
 * More are answered 429 with `Retry-After`. A supervisor's questions are not counted.
 */
export function limitRate(perSecond: number): RequestHandler {
  const buckets = new Map<string, Bucket>();
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (perSecond === 0 || request.path === '/health') return next();
    const client = clientAddress(request);
    const bucket = refill(buckets.get(client), perSecond);
    // Put at the end, so that the first one is the one that was quiet for longest.
    buckets.delete(client);
    buckets.set(client, bucket);
    if (buckets.size > MAX_CLIENTS) buckets.delete(buckets.keys().next().value ?? '');
    if (bucket.tokens < 1) return next(tooMany());
    bucket.tokens--;
    next();
  };
}

function refill(bucket: Bucket | undefined, perSecond: number): Bucket {
  const now = performance.now();
  if (bucket === undefined) return { tokens: perSecond, filledAt: now };
  const tokens = bucket.tokens + ((now - bucket.filledAt) / 1_000) * perSecond;
  return { tokens: Math.min(perSecond, tokens), filledAt: now };
}

function tooMany(): RegistryError {
  return new RegistryError('too-many-requests', 'too many requests in a second', { retryAfter: 1 });
}
