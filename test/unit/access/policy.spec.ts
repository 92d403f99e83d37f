import { describe, expect, it } from '@jest/globals';

import { parseAccessFile } from '../../../src/access/policy/access-file.js';
import { ACTIONS } from '../../../src/access/policy/action.js';
import { ANONYMOUS, type Caller } from '../../../src/access/policy/caller.js';
import { ALLOW_ALL } from '../../../src/access/policy/open-policy.js';
import { AUTHENTICATED_ONLY, rulesPolicy } from '../../../src/access/policy/policies.js';
import { elapsed } from '../../support/elapsed.js';
import { repo } from '../../../src/storage/contract/fixtures.js';

const FILE = `groups:
  developers: [alice, bob]
  operators: external
rules:
  - repositories: ['team/**', shared]
    who: [group:developers, carol]
    can: [pull, push]
  - repositories: [internal]
    who: [authenticated]
    can: [pull]
  - repositories: ['public/*']
    who: [anonymous]
    can: [pull]
  - repositories: ['**']
    who: [group:operators]
    can: [delete]
`;

const policy = rulesPolicy(() => parseAccessFile(FILE, '/etc/berth/access.yaml'));
const user = (name: string, ...groups: string[]): Caller => ({ name, groups });

describe('the policy of an access file', () => {
  it.each([
    [user('alice'), 'team/app', 'push', 5, 'group:developers can pull, push in team/**'],
    [user('carol'), 'shared', 'pull', 5, 'carol can pull, push in shared'],
    [user('dave'), 'internal', 'pull', 8, 'authenticated can pull in internal'],
    [ANONYMOUS, 'public/app', 'pull', 11, 'anonymous can pull in public/*'],
    [user('dave'), 'public/app', 'pull', 11, 'anonymous can pull in public/*'],
    [user('dave', 'operators'), 'any', 'delete', 14, 'group:operators can delete in **'],
  ] as const)('lets %j into %s to %s', (caller, repository, action, line, rule) => {
    expect(policy.decide(caller, repo(repository), action)).toEqual({
      allowed: true,
      because: `rule at line ${line} of access.yaml: ${rule}`,
    });
  });

  it('lists the rights of a caller with their rules', () => {
    expect(policy.rightsOf(user('dave', 'operators'))).toEqual([
      { repositories: 'internal', actions: ['pull'], because: expect.stringContaining('line 8') },
      { repositories: 'public/*', actions: ['pull'], because: expect.stringContaining('line 11') },
      { repositories: '**', actions: ['delete'], because: expect.stringContaining('line 14') },
    ]);
    expect(policy.rightsOf(ANONYMOUS)).toMatchObject([{ repositories: 'public/*' }]);
  });

  it('lists the grants of a robot, and no rules', () => {
    const grants = [{ repositories: 'team/app', actions: ['pull'] as const }];

    expect(policy.rightsOf({ ...user('robot:1'), grants })).toMatchObject(grants);
  });

  it.each([
    ['an action that no rule gives', user('alice'), 'team/app', 'delete'],
    ['another repository', user('alice'), 'teams/app', 'push'],
    ['another user', user('dave'), 'team/app', 'pull'],
    ['an anonymous caller', ANONYMOUS, 'internal', 'pull'],
    [
      'a caller who claims a group that the file defines itself',
      user('dave', 'developers'),
      'team/app',
      'pull',
    ],
    ['a name that looks like a group', user('group:developers'), 'team/app', 'pull'],
    ['a name that looks like an external group', user('group:operators'), 'any', 'delete'],
    ['a name where a group is expected', user('operators'), 'any', 'delete'],
    ['groups without a name', { name: undefined, groups: ['operators'] }, 'any', 'delete'],
  ] as const)('keeps out %s', (_, caller, repository, action) => {
    expect(policy.decide(caller, repo(repository), action)).toEqual({
      allowed: false,
      because: `no rule of access.yaml lets ${caller.name ?? 'anonymous'} ${action} in ${repository}`,
    });
  });

  it('reports whether everybody may pull something', () => {
    const withRules = (rules: string) =>
      rulesPolicy(() => parseAccessFile(`rules:\n${rules}`, 'access.yaml'));
    const rule = (who: string, can: string) =>
      `  - { repositories: ['a'], who: [${who}], can: [${can}] }\n`;
    expect(policy.hasPublicPulls()).toBe(true);
    expect(withRules(rule('anonymous', 'push')).hasPublicPulls()).toBe(false);
    expect(withRules(rule('authenticated', 'pull')).hasPublicPulls()).toBe(false);
    expect(AUTHENTICATED_ONLY.hasPublicPulls()).toBe(false);
    expect(ALLOW_ALL.hasPublicPulls()).toBe(true);
  });

  it('follows changes of the rules', () => {
    let text = FILE;
    const live = rulesPolicy(() => parseAccessFile(text, 'access.yaml'));
    expect(live.decide(user('carol'), repo('shared'), 'push').allowed).toBe(true);
    text = FILE.replace(', carol', '');
    expect(live.decide(user('carol'), repo('shared'), 'push').allowed).toBe(false);
  });

  it('decides fast enough for thousands of repositories and hundreds of rules', () => {
    const rules = Array.from(
      { length: 200 },
      (_, index) => `  - {repositories: ['team${index}/**'], who: [group:all], can: [pull]}`,
    );
    const text = `groups: {all: [alice]}\nrules:\n${rules.join('\n')}`;
    const parsed = parseAccessFile(text, 'access.yaml');
    const listing = rulesPolicy(() => parsed);
    let allowed = 0;
    const milliseconds = elapsed(() => {
      for (let index = 0; index < 5_000; index++) {
        const name = repo(`team${index % 400}/app${index}`);
        if (listing.decide(user('alice'), name, 'pull').allowed) allowed++;
      }
    });
    expect(allowed).toBe(2_600);
    expect(milliseconds).toBeLessThan(2_000);
  });
});

describe('the policy without an access file', () => {
  it('lets every logged-in user do everything, and others nothing', () => {
    for (const action of ACTIONS) {
      expect(AUTHENTICATED_ONLY.decide(user('alice'), repo('a'), action).allowed).toBe(true);
      expect(AUTHENTICATED_ONLY.decide(ANONYMOUS, repo('a'), action).allowed).toBe(false);
    }
  });
});

describe('the policy without logins', () => {
  it('lets everybody do everything', () => {
    for (const action of ACTIONS) {
      expect(ALLOW_ALL.decide(ANONYMOUS, repo('a'), action).allowed).toBe(true);
    }
  });
});

describe.each([
  ['of an access file', policy],
  ['without an access file', AUTHENTICATED_ONLY],
])('a robot under the policy %s', (_, inner) => {
  const decide = (grants: NonNullable<Caller['grants']>) =>
    inner.decide({ name: 'robot:abc', groups: [], grants }, repo('team/app'), 'push');

  it('may use its grants, regardless of the rules', () => {
    const grants = [
      { repositories: 'other/*', actions: ACTIONS },
      { repositories: 'team/*', actions: ['push'] },
    ] as const;
    expect(decide(grants)).toEqual({
      allowed: true,
      because: 'robot:abc was created with the right to push in team/*',
    });
  });

  it('may do nothing else', () => {
    expect(decide([])).toEqual({
      allowed: false,
      because: 'robot:abc was created without the right to push in team/app',
    });
    expect(decide([{ repositories: 'team/*', actions: ['pull'] }]).allowed).toBe(false);
    expect(decide([{ repositories: 'other/*', actions: ['push'] }]).allowed).toBe(false);
    expect(decide([{ repositories: 'Team//', actions: ['push'] }]).allowed).toBe(false);
  });
});
