import { describe, expect, it } from '@jest/globals';

import { helpText, parseCommandLine } from '../../../src/cli/arguments.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { allSettings } from '../../../src/config/settings.js';

describe('commands of two words', () => {
  it.each([
    [['user', 'add', 'alice'], { name: 'user add', user: 'alice' }],
    [['user', '--file', 'f', 'remove', 'a'], { name: 'user remove', user: 'a', file: 'f' }],
    [['user', 'list', '--file=f'], { name: 'user list', file: 'f' }],
    [['access', 'check'], { name: 'access check' }],
    [
      ['access', 'check', 'al', 'pull', 'team/app', '--group', 'x', '--group', 'y'],
      {
        name: 'access check',
        question: { caller: 'al', action: 'pull', repository: 'team/app', groups: ['x', 'y'] },
      },
    ],
  ])('are read from %j', (args, expected) => {
    expect(parseCommandLine(args)).toEqual(expected);
  });

  it.each([
    ['user', /^there is no command "user"; usage:\n {2}berth user add NAME \[--file PATH\]\n/],
    ['user add', /^there is no command "user add"; usage:\n/],
    ['user add a b', /^there is no command "user add a b"; usage:\n/],
    ['access check alice pull', /\n {2}berth access check NAME ACTION REPOSITORY \[/],
    ['add alice', /^there is no command "add alice"; berth --help lists what there is$/],
    ['gc --file x', /^there is no --file in this command: berth gc \[--dry-run\]$/],
    ['why --dry-run x', /^there is no --dry-run in this command: berth why DIGEST$/],
    ['gc --memory', /^there is no --memory in this command: berth gc \[--dry-run\]$/],
    ['access check --group x', /^there is no --group in this command: berth access check \[/],
  ])('that are invalid get an error of their own: berth %s', (line, message) => {
    const parse = () => parseCommandLine(line.split(' '));
    expect(parse).toThrow(PlainFailure);
    expect(parse).toThrow(message);
  });

  it('stand in the help, which is no wider than a terminal that is wide', () => {
    const usages = helpText().split('\n\n')[1]?.split('\n') ?? [];
    expect(usages).toContain(
      '  berth [serve] [--memory] [--port N] [--host ADDRESS] [--config PATH]',
    );
    expect(usages.filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('the commands', () => {
  it.each([
    [[], { name: 'serve', settings: {} }],
    [['serve'], { name: 'serve', settings: {} }],
    [
      ['--memory', '--port', '0'],
      { name: 'serve', settings: { REGISTRY_STORAGE_DRIVER: 'memory', REGISTRY_PORT: '0' } },
    ],
    [['serve', '--host=::1'], { name: 'serve', settings: { REGISTRY_HOST: '::1' } }],
    [['gc'], { name: 'gc', dryRun: false }],
    [['gc', '--dry-run'], { name: 'gc', dryRun: true }],
    [['verify', '--quarantine'], { name: 'verify', quarantine: true }],
    [['why', 'sha256:x'], { name: 'why', argument: 'sha256:x' }],
    [['rm', 'team/app'], { name: 'rm', argument: 'team/app' }],
    [['-h'], { name: 'help' }],
    [['help'], { name: 'help' }],
    [['--version'], { name: 'version' }],
  ])('are read from %j', (args, expected) => {
    expect(parseCommandLine(args)).toEqual(expected);
  });

  it.each([['why'], ['rm'], ['gc', 'x'], ['rm', 'a', 'b'], ['sevre'], ['--prot']])(
    'are not read from %j',
    (...args) => {
      expect(() => parseCommandLine(args)).toThrow(PlainFailure);
    },
  );

  it('are all in the help, with every setting', () => {
    const help = helpText();
    for (const word of [
      'gc',
      'why',
      'verify',
      'rm',
      ...allSettings().map(({ variable }) => variable),
    ]) {
      expect(help).toContain(word);
    }
  });
});
