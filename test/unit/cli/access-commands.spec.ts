import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { PasswordVerifier } from '../../../src/access/identity/password-verifier.js';
import { parseUsers } from '../../../src/access/identity/users-file.js';
import { checkAccess } from '../../../src/cli/access-command.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { readPassword } from '../../../src/cli/read-password.js';
import { addUser, listUsers, removeUser } from '../../../src/cli/user-commands.js';
import { loadSettings, type Settings } from '../../../src/config/settings.js';

let directory: string;
let file: string;
let settings: Settings;
let lines: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-access-'));
  file = join(directory, 'file');
  settings = loadSettings({ REGISTRY_USERS_FILE: file, REGISTRY_ACCESS_FILE: file });
  lines = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const print = (line: string): void => void lines.push(line);
const typing = (password: string) => () => Promise.resolve(password);

async function logsIn(name: string, password: string): Promise<boolean> {
  const users = parseUsers(await readFile(file, 'utf8'), file);
  return new PasswordVerifier(() => users).verify(name, password);
}

describe('berth user', () => {
  it('adds a user, replaces the password, lists and removes users', async () => {
    await addUser(settings, { user: 'zoe' }, typing('secret of zoe'), print);
    await addUser(settings, { user: 'alice' }, typing('other secret'), print);
    expect(await logsIn('zoe', 'secret of zoe')).toBe(true);
    await addUser(settings, { user: 'zoe' }, typing('new secret'), print);
    expect([await logsIn('zoe', 'secret of zoe'), await logsIn('zoe', 'new secret')]).toEqual([
      false,
      true,
    ]);
    await listUsers(settings, {}, print);
    await removeUser(settings, { user: 'zoe' }, print);
    await listUsers(settings, {}, print);
    expect(lines).toEqual([
      `added zoe in ${file}`,
      `added alice in ${file}`,
      `replaced the password of zoe in ${file}`,
      'zoe',
      'alice',
      `removed zoe from ${file}`,
      'alice',
    ]);
  });

  it('works on the file of --file', async () => {
    const other = join(directory, 'other');
    await addUser(loadSettings({}), { user: 'zoe', file: other }, typing('secret of zoe'), print);
    expect(lines).toEqual([`added zoe in ${other}`]);
  });

  it.each([
    ['a:b', 'secret', /^"a:b" cannot be a user: a name has letters/],
    ['anonymous', 'secret', /^anonymous cannot be a user/],
    ['zoe', '', /^the password is empty$/],
    ['zoe', 'seven77', /^the password is too short: it needs at least 8 characters$/],
    ['zoe', 'é'.repeat(37), /^the password is too long: bcrypt uses at most 72 bytes/],
    ['zoe', 'tab\tin password', /^the password contains control characters$/],
  ])('does not give %s the password %j', async (user, password, message) => {
    const added = addUser(settings, { user }, typing(password), print);
    await expect(added).rejects.toThrow(PlainFailure);
    await expect(added).rejects.toThrow(message);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
  });

  it('reports problems with the file and its directory', async () => {
    await expect(removeUser(settings, { user: 'zoe' }, print)).rejects.toThrow(
      `there is no user zoe in ${file}`,
    );
    await expect(listUsers(settings, {}, print)).rejects.toThrow(PlainFailure);
    await writeFile(file, 'zoe:{SHA}x');
    await expect(listUsers(settings, {}, print)).rejects.toThrow(`${file}:1: the password of zoe`);
    const nowhere = { user: 'zoe', file: join(directory, 'no/file') };
    await expect(addUser(settings, nowhere, typing('long enough'), print)).rejects.toMatchObject({
      name: 'PlainFailure',
      message: expect.stringMatching(/no\/file cannot be changed: ENOENT/),
    });
  });

  it('requires a users file', async () => {
    await expect(listUsers(loadSettings({}), {}, print)).rejects.toThrow(
      /^there is no users file: set REGISTRY_USERS_FILE, or use --file PATH$/,
    );
  });
});

describe('berth access check with a users file', () => {
  const RULES = `groups: {ops: [alice, bob], others: external}
rules:
  - {repositories: ['team/*'], who: [alice, carol, group:ops, authenticated], can: [pull]}
`;

  it('warns of users who cannot log in', async () => {
    const access = join(directory, 'access.yaml');
    await writeFile(access, RULES);
    await addUser(settings, { user: 'alice' }, typing('secret of alice'), print);
    lines = [];

    expect(await checkAccess(settings, { file: access }, print)).toBe(true);

    expect(lines).toEqual([
      `warning: bob (in the group ops) is not in ${file}`,
      `warning: carol (in the rule at line 3) is not in ${file}`,
      `${access} is in order (groups: 2, rules: 1)`,
    ]);
  });

  it('warns of nobody where an issuer may know more users', async () => {
    const access = join(directory, 'access.yaml');
    await writeFile(access, RULES);
    const issuer = { REGISTRY_OIDC_ISSUER: 'https://issuer.example.com' };

    await checkAccess(
      loadSettings({ REGISTRY_USERS_FILE: file, ...issuer }),
      { file: access },
      print,
    );

    expect(lines.filter((line) => line.includes('is not in'))).toEqual([]);
  });
});

describe('berth access check', () => {
  const RULES = `groups: {ops: external}
rules:
  - {repositories: ['team/*'], who: [alice, group:ops], can: [pull]}
  - {repositories: ['public/*'], who: [anonymous], can: [pull]}
`;
  const ask = async (caller: string, action: string, repository: string, ...groups: string[]) => {
    await writeFile(file, RULES);
    return checkAccess(settings, { question: { caller, action, repository, groups } }, print);
  };

  it('reports whether the file is in order', async () => {
    settings = loadSettings({ REGISTRY_ACCESS_FILE: file });
    await writeFile(file, RULES);
    expect(await checkAccess(settings, {}, print)).toBe(true);
    expect(lines).toEqual([`${file} is in order (groups: 1, rules: 2)`]);
    await writeFile(file, RULES.replaceAll('pull', 'fly'));
    const checked = checkAccess(settings, {}, print);
    await expect(checked).rejects.toThrow(PlainFailure);
    await expect(checked).rejects.toThrow(/:3:63: unknown action "fly"[^\n]*\n[^\n]*:4:58: /);
    await expect(checkAccess(loadSettings({}), {}, print)).rejects.toThrow(
      /^there is no access file: set REGISTRY_ACCESS_FILE, or use --file PATH$/,
    );
  });

  it('warns of rules that hold for everybody with a token of an issuer', async () => {
    await writeFile(file, RULES.replace('alice, group:ops', 'authenticated'));
    const issuer = { REGISTRY_ACCESS_FILE: file, REGISTRY_OIDC_ISSUER: 'https://issuer.example' };
    expect(await checkAccess(loadSettings(issuer), {}, print)).toBe(true);
    expect(lines[0]).toMatch(
      /^warning: the rule at line 3 of .* lets authenticated pull: .*issuer\.example.*REGISTRY_OIDC_REQUIRE/,
    );
    lines = [];
    const narrowed = loadSettings({ ...issuer, REGISTRY_OIDC_REQUIRE: 'owner:acme' });
    await checkAccess(narrowed, {}, print);
    await checkAccess(loadSettings({ REGISTRY_ACCESS_FILE: file }), {}, print);
    expect(lines).toEqual(Array(2).fill(`${file} is in order (groups: 1, rules: 2)`));
  });

  it('prints yes or no, and the rule that decides', async () => {
    expect(await ask('alice', 'pull', 'team/app')).toBe(true);
    expect(await ask('bob', 'pull', 'team/app', 'ops')).toBe(true);
    expect(await ask('bob', 'pull', 'team/app')).toBe(false);
    expect(await ask('anonymous', 'pull', 'public/app')).toBe(true);
    expect(await ask('anonymous', 'pull', 'team/app', 'ops')).toBe(false);
    expect(lines).toEqual([
      'yes: rule at line 3 of file: alice can pull in team/*',
      'yes: rule at line 3 of file: group:ops can pull in team/*',
      'no: no rule of file lets bob pull in team/app',
      'yes: rule at line 4 of file: anonymous can pull in public/*',
      'no: no rule of file lets anonymous pull in team/app',
    ]);
  });

  it('refuses an unknown action and an invalid repository', async () => {
    await expect(ask('alice', 'fly', 'a')).rejects.toThrow(
      /unknown action fly; allowed: pull, push/,
    );
    await expect(ask('alice', 'pull', 'A')).rejects.toThrow(/^A is not a valid repository name$/);
  });
});

describe('a password', () => {
  const read = (input: string, isTTY: boolean) => {
    const stream = Object.assign(new PassThrough(), { isTTY });
    const shown = new PassThrough({ encoding: 'utf8' });
    stream.end(input);
    const password = readPassword('zoe', stream, shown);
    return { password, shown: () => String(shown.read()) };
  };

  it('is the first line of the input', async () => {
    expect(await read('secret\nmore\n', false).password).toBe('secret');
    expect(await read('secret', false).password).toBe('secret');
    expect(await read(' with spaces \r\n', false).password).toBe(' with spaces ');
    await expect(read('', false).password).rejects.toThrow(PlainFailure);
  });

  it('is asked for twice at a terminal, and not shown', async () => {
    const { password, shown } = read('secret\rsecret\r', true);
    expect(await password).toBe('secret');
    expect(shown()).toBe('Password for zoe: \nRepeat the password: \n');
  });

  it('is refused when the user ends the input, presses Ctrl-C, or mistypes', async () => {
    for (const input of ['', 'sec\x03', 'secret\r\x04', 'secret\rother\r']) {
      await expect(read(input, true).password).rejects.toThrow(/nothing was changed$/);
    }
  });
});
