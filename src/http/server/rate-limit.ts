import { LRUCache } from 'lru-cache';

import { networkOf } from '../../domain/client-network.js';
import { RegistryError } from '../../domain/errors.js';
import { clientAddress } from './origin.js';
import { type RequestCheck } from './request-check.js';

/** How many clients are remembered. The one that was quiet for longest is forgotten first. */
const MAX_CLIENTS = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Limits each client address, or IPv6 network of a customer, to `perSecond` requests a second on average, in bursts of the same
 * size. Requests above the limit get 429 with `Retry-After`.
 *
 * @param perSecond 0 means no limit
 */
export function limitRate(perSecond: number, maxClients = MAX_CLIENTS): RequestCheck {
  if (perSecond === 0) return () => undefined;
  const buckets = new LRUCache<string, Bucket>({ max: maxClients });
  return (request) => {
    // Health checks are not counted.
    if (request.path.startsWith('/health')) return undefined;
    const client = networkOf(clientAddress(request));
    const bucket = refill(buckets.get(client), perSecond);
    buckets.set(client, bucket);
    if (bucket.tokens < 1) return tooMany();
    bucket.tokens--;
    return undefined;
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
