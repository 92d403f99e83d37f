import { rootCertificates } from 'node:tls';

import { describe, expect, it } from '@jest/globals';

import { trustedWith } from '../../../src/client/trust.js';

describe('a CA of a mirror', () => {
  it('is trusted beside the usual ones, which sign the certificates of CDNs', () => {
    const trusted = trustedWith('own');

    expect(trusted).toContain('own');
    expect(trusted).toEqual(expect.arrayContaining(rootCertificates.slice(0, 3)));
  });
});
