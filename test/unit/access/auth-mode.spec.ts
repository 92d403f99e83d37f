import { describe, expect, it } from '@jest/globals';

import { authModeOf } from '../../../src/access/guard/auth-mode.js';
import { groupRules } from '../../../src/config/group-rules.js';
import { loadSettings } from '../../../src/config/settings.js';

const mode = (environment: Readonly<Record<string, string>>) =>
  authModeOf(loadSettings(environment));

describe('the auth mode', () => {
  it.each([
    [{}, 'none'],
    [{ REGISTRY_HOST: '127.0.0.2' }, 'none'],
    [{ REGISTRY_HOST: '::1' }, 'none'],
    [{ REGISTRY_HOST: 'localhost' }, 'none'],
    [{ REGISTRY_HOST: '0.0.0.0', REGISTRY_AUTH: 'none' }, 'none'],
    [{ REGISTRY_USERS_FILE: 'users' }, 'token'],
    [{ REGISTRY_HOST: '0.0.0.0', REGISTRY_USERS_FILE: 'users' }, 'token'],
    [
      {
        REGISTRY_OIDC_ISSUER: 'https://issuer.example',
        REGISTRY_OIDC_AUDIENCE: 'registry.example',
        REGISTRY_ACCESS_FILE: 'access.yaml',
      },
      'token',
    ],
    [{ REGISTRY_USERS_FILE: 'users', REGISTRY_AUTH: 'basic' }, 'basic'],
  ])('with %j is %s', (environment, expected) => {
    expect(mode(environment as Record<string, string>)).toBe(expected);
  });

  it.each([
    [{ REGISTRY_HOST: '0.0.0.0' }, /REGISTRY_USERS_FILE.*\n.*REGISTRY_AUTH=none/],
    [{ REGISTRY_HOST: '::' }, /REGISTRY_HOST=127.0.0.1/],
    [{ REGISTRY_HOST: '127.example.com' }, /no login would be required/],
    [{ REGISTRY_AUTH: 'token' }, /no logins are configured/],
    [{ REGISTRY_AUTH: 'basic' }, /no logins are configured/],
    [{ REGISTRY_AUTH: 'none', REGISTRY_USERS_FILE: 'users' }, /would do nothing/],
    [
      { REGISTRY_HOST: '0.0.0.0', REGISTRY_OIDC_ISSUER: 'https://issuer.example' },
      /REGISTRY_OIDC_AUDIENCE.*\n.*needs REGISTRY_ACCESS_FILE: .*https:\/\/issuer\.example could push/,
    ],
    [
      {
        REGISTRY_OIDC_ISSUER: 'https://issuer.example',
        REGISTRY_USERS_FILE: 'users',
        REGISTRY_OIDC_AUDIENCE: 'a',
      },
      /^REGISTRY_OIDC_ISSUER needs REGISTRY_ACCESS_FILE/,
    ],
    [
      { REGISTRY_OIDC_ISSUER: 'https://issuer.example', REGISTRY_ACCESS_FILE: 'access.yaml' },
      /^REGISTRY_OIDC_ISSUER needs REGISTRY_OIDC_AUDIENCE/,
    ],
    [{ REGISTRY_OIDC_AUDIENCE: 'a' }, /REGISTRY_OIDC_AUDIENCE would do nothing/],
    [{ REGISTRY_ACCESS_FILE: 'access.yaml' }, /REGISTRY_ACCESS_FILE would do nothing/],
  ])('with %j stops the start', (environment, message) => {
    expect(() => mode(environment as Record<string, string>)).toThrow(message);
  });
});

describe('the groups of an external issuer', () => {
  it('come from claims', () => {
    expect(groupRules.parse('release=ref:refs/heads/main, groups_direct,x=sub:a:b')).toEqual([
      { group: 'release', all: [{ claim: 'ref', value: 'refs/heads/main' }] },
      { groupsIn: 'groups_direct' },
      { group: 'x', all: [{ claim: 'sub', value: 'a:b' }] },
    ]);
    expect(groupRules.parse('r=owner:acme+ref:refs/heads/main+env:prod')).toEqual([
      {
        group: 'r',
        all: [
          { claim: 'owner', value: 'acme' },
          { claim: 'ref', value: 'refs/heads/main' },
          { claim: 'env', value: 'prod' },
        ],
      },
    ]);
    expect(groupRules.parse('')).toEqual([]);
  });

  it.each(['=ref:x', 'a=ref', 'a b=ref:x', 'a=:x', 'a=ref:x+', 'a=ref:x+y', 'a=+ref:x', 'a=ref:'])(
    'are refused as %s',
    (text) => {
      expect(() => loadSettings({ REGISTRY_OIDC_GROUPS: text })).toThrow(
        `REGISTRY_OIDC_GROUPS is "${text}"; allowed: GROUP=CLAIM:VALUE`,
      );
    },
  );

  it.each(['owner', 'owner:', ':acme', 'owner:acme,ref:x', 'owner:acme+', '+'])(
    'and the required claims are refused as %s',
    (text) => {
      expect(() => loadSettings({ REGISTRY_OIDC_REQUIRE: text })).toThrow(
        `REGISTRY_OIDC_REQUIRE is "${text}"; allowed: CLAIM:VALUE`,
      );
    },
  );
});
