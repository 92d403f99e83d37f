import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { COMMANDS, GROUPS } from '../../../src/cli/command-list.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { allSettings } from '../../../src/config/settings.js';
import { berth, calledBy } from './captured.js';

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');

describe('a command line', () => {
  it.each([
    ['', 'serve', { memory: false, port: undefined, host: undefined, config: undefined }, []],
    ['serve', 'serve', { memory: false }, []],
    ['--memory --port 0', 'serve', { memory: true, port: '0' }, []],
    ['serve --host=::1 --config f', 'serve', { host: '::1', config: 'f' }, []],
    ['health', 'health', {}, []],
    ['gc', 'gc', { 'dry-run': false }, []],
    ['gc --dry-run', 'gc', { 'dry-run': true }, []],
    ['verify --quarantine', 'verify', { quarantine: true }, []],
    ['why sha256:x', 'why', {}, ['sha256:x']],
    ['rm team/app', 'rm', { yes: false, json: false }, ['team/app']],
    ['ls', 'ls', { sort: undefined, match: [], json: false, registry: undefined }, []],
    ['ls --match a --match b team/app', 'ls', { match: ['a', 'b'] }, ['team/app']],
    ['tag team/app:1 2 --storage', 'tag', { storage: true }, ['team/app:1', '2']],
    ['prune a b --keep 3 --yes', 'prune', { keep: '3', yes: true }, ['a', 'b']],
    ['events --follow', 'events', { follow: true, types: undefined }, []],
    ['config init --file f', 'config init', { file: 'f' }, []],
    ['config show', 'config show', {}, []],
    ['user add alice', 'user add', { file: undefined }, ['alice']],
    ['user remove --file f a', 'user remove', { file: 'f' }, ['a']],
    ['user list --file=f', 'user list', { file: 'f' }, []],
    ['access check', 'access check', { file: undefined, group: [] }, []],
    [
      'access check al pull team/app --group x --group y',
      'access check',
      { group: ['x', 'y'] },
      ['al', 'pull', 'team/app'],
    ],
    [
      'token create --can pull --repositories a/*,b',
      'token create',
      { can: 'pull', repositories: 'a/*,b', expires: undefined },
      [],
    ],
    ['token list', 'token list', {}, []],
    ['token revoke abc', 'token revoke', {}, ['abc']],
    ['tls dev', 'tls dev', { out: undefined }, []],
    ['tls dev a.test ::1 --out x', 'tls dev', { out: 'x' }, ['a.test', '::1']],
    [
      'doctor https://a --username me --read-only --ca-file f',
      'doctor',
      { username: 'me', 'read-only': true, 'ca-file': 'f' },
      ['https://a'],
    ],
  ])('"berth %s" runs %s', async (line, command, options, operands) => {
    const called = await calledBy(words(line));

    expect(called).toMatchObject({ words: command, operands });
    expect(called?.options).toMatchObject(options);
  });

  it('prefers the options of serve to the environment', async () => {
    const served = berth(words('--memory --port 70000 --host x'));

    await expect(served).rejects.toThrow(
      /^REGISTRY_PORT is "70000"; allowed: a whole number from 0 to 65535$/,
    );
  });

  it('answers no if its command does', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'berth-program-'));
    const file = join(directory, 'access.yaml');
    await writeFile(file, "rules: [{repositories: ['**'], who: [alice], can: [pull]}]\n");
    const check = (name: string) => berth(['access', 'check', name, 'pull', 'a', '--file', file]);

    expect(await check('alice')).toMatchObject({ yes: true });
    expect(await check('bob')).toMatchObject({ yes: false, errors: '' });
    await rm(directory, { recursive: true });
  });
});

describe('an invalid command line', () => {
  it.each([
    ['verfy', "unknown command 'verfy'; did you mean verify?\nberth --help lists the commands"],
    ['teleport', "unknown command 'teleport'\nberth --help lists the commands"],
    ['user ad al', "unknown command 'ad'; did you mean add?\nberth user --help lists the commands"],
    [
      '--prot 5001',
      "unknown option '--prot'; did you mean --port?\n" +
        'Usage: berth [serve] [--memory] [--port N] [--host ADDRESS] [--config PATH]',
    ],
    ['gc --dry', "unknown option '--dry'\nUsage: berth gc [--dry-run]"],
    [
      'gc --dry-rnu',
      "unknown option '--dry-rnu'; did you mean --dry-run?\nUsage: berth gc [--dry-run]",
    ],
    ['gc --memory', "unknown option '--memory'\nUsage: berth gc [--dry-run]"],
    ['user add', "missing required argument 'NAME'\nUsage: berth user add NAME [--file PATH]"],
    ['why', "missing required argument 'DIGEST'\nUsage: berth why DIGEST"],
    [
      'rm a b',
      "too many arguments for 'rm'. Expected 1 argument but got 2: a, b.\nUsage: berth rm REFERENCE [OPTIONS]",
    ],
    [
      'access check al pull',
      "missing required argument 'REPOSITORY'\n" +
        'Usage: berth access check [NAME ACTION REPOSITORY] [--file PATH] [--group GROUP]',
    ],
    [
      'access check --group x',
      "missing required argument 'NAME'\n" +
        'Usage: berth access check [NAME ACTION REPOSITORY] [--file PATH] [--group GROUP]',
    ],
    [
      'token create --can pull',
      "required option '--repositories PATTERNS' not specified\n" +
        'Usage: berth token create --can ACTIONS --repositories PATTERNS [OPTIONS]',
    ],
    [
      'config init --file',
      "option '--file PATH' argument missing\nUsage: berth config init [--file PATH]",
    ],
    [
      'help verfy',
      "unknown command 'verfy'; did you mean verify?\nberth --help lists the commands",
    ],
    [
      'help user ad',
      "unknown command 'ad'; did you mean add?\nberth user --help lists the commands",
    ],
    ['help gc now', 'there is no command gc now\nberth --help lists the commands'],
  ])('"berth %s" reports the problem and the usage', async (line, message) => {
    const failed = berth(words(line));

    await expect(failed).rejects.toThrow(PlainFailure);
    await expect(failed).rejects.toMatchObject({ message });
  });

  it('"berth user" shows the commands of the group as an error', async () => {
    const { yes, output, errors } = await berth(['user']);

    expect({ yes, output }).toEqual({ yes: false, output: '' });
    expect(errors).toContain('add NAME     add a user');
  });
});

describe('the help', () => {
  const helpOf = async (line: string): Promise<string> => {
    const { yes, output, errors } = await berth(words(line));
    expect({ yes, errors }).toEqual({ yes: true, errors: '' });
    return output;
  };
  const linesOf = (text: string): string[] => text.trimEnd().split('\n');

  it('has a first page that fits on a screen and refers to the other pages', async () => {
    const page = await helpOf('--help');

    expect(await helpOf('help')).toBe(page);
    expect(await helpOf('-h')).toBe(page);
    expect(linesOf(page).length).toBeLessThanOrEqual(41);
    expect(linesOf(page).filter((line) => line.length > 80)).toEqual([]);
    expect(linesOf(page).at(-1)).toBe(
      'berth help COMMAND explains a command; berth help settings lists the settings.',
    );
    expect(page).not.toContain('REGISTRY_');
  });

  it('has every command on its first page', async () => {
    const page = await helpOf('help');

    for (const [first, second] of COMMANDS.map((command) => command.words.split(' '))) {
      expect(page).toMatch(
        new RegExp(`^  ${first} ${second === undefined ? '' : `.*\\b${second}\\b`}`, 'm'),
      );
    }
  });

  it('has a page for each group', async () => {
    for (const [group, summary] of Object.entries(GROUPS)) {
      const page = await helpOf(`help ${group}`);

      expect(await helpOf(`${group} --help`)).toBe(page);
      expect(page.toLowerCase()).toContain(summary.toLowerCase());
    }
  });

  it('lists every setting under "berth help settings"', async () => {
    const page = await helpOf('help settings');

    for (const { variable } of allSettings()) expect(page).toContain(`  ${variable}=`);
    expect(linesOf(page).filter((line) => line.length > 80)).toEqual([]);
  });

  it.each(COMMANDS)('explains "berth $words" with its usage and two examples', async (command) => {
    const page = await helpOf(`help ${command.words}`);

    expect(await helpOf(`${command.words} --help`)).toBe(page);
    expect(page).toMatch(/^Usage: berth /);
    for (const part of [
      ...command.operands.map(({ name }) => name),
      ...Object.keys(command.options).map((name) => `  --${name}`),
      ...command.examples.map(({ does, line }) => `  ${does}:\n    ${line}\n`),
    ]) {
      expect(page).toContain(part);
    }
    expect(linesOf(page).filter((line) => line.length > 80)).toEqual([]);
  });

  it.each(COMMANDS.flatMap(({ words, examples }) => examples.map(({ line }) => [line, words])))(
    'has an example that can be typed: %s',
    async (line, expected) => {
      // The shell interprets the rest of the line: other commands, redirections, quotes.
      const [, typed = ''] = /(?:^|[\s(])berth((?: [^;&|<)]+)*)/.exec(line) ?? [];
      const called = await calledBy(words(typed.replaceAll("'", '')));

      expect(called?.words.split(' ')[0]).toBe(expected.split(' ')[0]);
    },
  );

  it('shows the version', async () => {
    expect(await helpOf('-v')).toBe('1.2.3\n');
    expect(await helpOf('--version')).toBe('1.2.3\n');
  });
});
