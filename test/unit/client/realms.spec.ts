import { describe, expect, it } from '@jest/globals';

import { maySendLogin } from '../../../src/client/realms.js';
import { upstreamAt } from '../../support/upstreams/client.js';

describe('a login', () => {
  it.each([
    ['https://ghcr.io', 'https://ghcr.io/token'],
    ['https://ghcr.io', 'https://ghcr.io:8443/token'],
    ['https://registry-1.docker.io', 'https://auth.docker.io/token'],
    ['https://registry.gitlab.com', 'https://gitlab.com/jwt/auth'],
    ['http://lab.example:5000', 'http://lab.example:5001/token'],
    ['http://lab.example:5000', 'https://lab.example/token'],
  ])('for %s may go to %s', (url, realm) => {
    expect(maySendLogin(new URL(realm), upstreamAt(url))).toBe(true);
  });

  it.each([
    ['https://ghcr.io', 'http://ghcr.io/token'],
    ['https://ghcr.io', 'https://evil.ghcr.io/token'],
    ['https://ghcr.io', 'https://ghcr.io.evil.example/token'],
    ['https://registry-1.docker.io', 'http://auth.docker.io/token'],
    ['https://registry-1.docker.io', 'https://auth.docker.io:444/token'],
    ['https://ghcr.io', 'https://auth.docker.io/token'],
  ])('for %s does not go to %s', (url, realm) => {
    expect(maySendLogin(new URL(realm), upstreamAt(url))).toBe(false);
  });

  it.each([
    ['https://auth.example/token', 'https://auth.example/token', true],
    ['https://auth.example/token', 'https://auth.example/token?account=x', true],
    ['https://auth.example/token', 'https://auth.example/other', false],
    ['https://auth.example', 'https://auth.example/any', true],
    ['https://auth.example', 'https://auth.example:444/any', false],
    ['http://auth.example/token', 'http://auth.example/token', false],
  ])('with the realm %s goes to %s: %s', (realm, asked, expected) => {
    const upstream = upstreamAt('https://registry.example', { realm: new URL(realm) });

    expect(maySendLogin(new URL(asked), upstream)).toBe(expected);
  });
});
