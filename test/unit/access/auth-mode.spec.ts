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
    [{ REGISTRY_OIDC_ISSUER: 'https://issuer.example' }, 'token'],
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
    [{ REGISTRY_ACCESS_FILE: 'access.yaml' }, /REGISTRY_ACCESS_FILE would do nothing/],
  ])('with %j stops the start', (environment, message) => {
    expect(() => mode(environment as Record<string, string>)).toThrow(message);
  });
});

describe('the groups of an external issuer', () => {
  it('come from claims', () => {
    expect(groupRules.parse('release=ref:refs/heads/main, groups_direct,x=sub:a:b')).toEqual([
      { group: 'release', claim: 'ref', value: 'refs/heads/main' },
      { claim: 'groups_direct' },
      { group: 'x', claim: 'sub', value: 'a:b' },
    ]);
    expect(groupRules.parse('')).toEqual([]);
  });

  it.each(['=ref:x', 'a=ref', 'a b=ref:x', 'a=:x'])('are refused as %s', (text) => {
    expect(() => loadSettings({ REGISTRY_OIDC_GROUPS: text })).toThrow(
      `REGISTRY_OIDC_GROUPS is "${text}"; allowed: GROUP=CLAIM:VALUE`,
    );
  });
});
