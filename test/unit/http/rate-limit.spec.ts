import { describe, expect, it } from '@jest/globals';
import { type Request, type Response } from 'express';

import { limitRate } from '../../../src/http/server/rate-limit.js';

/** Returns whether a request from `address` passes. */
function asker(maxClients: number): (address: string) => boolean {
  const limit = limitRate(1, maxClients);
  return (address) => {
    let failure: unknown;
    const request = { path: '/v2/', headers: {}, socket: { remoteAddress: address } };
    limit(request as unknown as Request, {} as Response, (error?: unknown) => (failure = error));
    return failure === undefined;
  };
}

describe('the limit of requests', () => {
  it('forgets the client that was quiet for longest first, when too many are remembered', () => {
    const passes = asker(3);
    for (const last of [1, 2, 3]) expect(passes(`10.0.0.${last}`)).toBe(true);
    expect(passes('10.0.0.1')).toBe(false);

    expect(passes('10.0.0.4')).toBe(true);
    expect(passes('10.0.0.1')).toBe(false);
    expect(passes('10.0.0.2')).toBe(true);
  });
});
