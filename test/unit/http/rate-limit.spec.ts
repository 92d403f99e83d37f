import { describe, expect, it } from '@jest/globals';
import { type Request, type Response } from 'express';

import { limitRate } from '../../../src/http/server/rate-limit.js';

/** Returns whether a request from `address` passes. */
function asker(maxClients: number): (address: string) => boolean {
  const limit = limitRate(1, maxClients);
  return (address) => {
    const request = { path: '/v2/', headers: {}, socket: { remoteAddress: address } };
    return limit(request as unknown as Request, {} as Response) === undefined;
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

  it('counts all addresses of an IPv6 network of 64 bits as one client', () => {
    const passes = asker(3);
    expect(passes('2001:db8:1:2::1')).toBe(true);
    expect(passes('2001:db8:1:2:ffff::7')).toBe(false);
    expect(passes('2001:db8:1:3::1')).toBe(true);
  });

  it('counts an IPv4 address alone, also inside an IPv6 address', () => {
    const passes = asker(3);
    expect(passes('::ffff:10.0.0.1')).toBe(true);
    expect(passes('10.0.0.1')).toBe(false);
    expect(passes('::ffff:10.0.0.2')).toBe(true);
  });
});
