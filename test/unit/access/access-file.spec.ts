import { describe, expect, it } from '@jest/globals';

import { parseAccessFile } from '../../../src/access/policy/access-file.js';
import { InvalidFile } from '../../../src/files/invalid-file.js';

const GOOD = `
# who may do what
groups:
  developers: [alice, bob]
  operators: external
rules:
  - repositories: ['team/**', shared]
    who: [group:developers, carol]
    can: [pull, push]
  - who:
      - authenticated
      - group:operators
      - repo:acme/app:ref:refs/heads/main
    repositories: ['**']
    can: [pull]
`;

/** Returns a file that contains only this rule. */
const rule = (...lines: string[]): string => `rules:\n  - ${lines.join('\n    ')}\n`;
const REPOSITORIES = 'repositories: [app]';
const WHO = 'who: [alice]';
const CAN = 'can: [pull]';

function mistakesOf(text: string): string[] {
  try {
    parseAccessFile(text, 'access.yaml');
  } catch (error) {
    if (error instanceof InvalidFile) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('the access file', () => {
  it('contains groups, and rules with their lines', () => {
    const { groups, rules } = parseAccessFile(GOOD, 'access.yaml');
    expect([...groups]).toEqual([
      ['developers', new Set(['alice', 'bob'])],
      ['operators', 'external'],
    ]);
    const read = rules.map((entry) => ({
      ...entry,
      repositories: entry.repositories.map(({ text }) => text),
    }));
    expect(read).toEqual([
      {
        line: 7,
        repositories: ['team/**', 'shared'],
        who: ['group:developers', 'carol'],
        can: ['pull', 'push'],
      },
      {
        line: 10,
        repositories: ['**'],
        who: ['authenticated', 'group:operators', 'repo:acme/app:ref:refs/heads/main'],
        can: ['pull'],
      },
    ]);
  });

  it('needs no groups', () => {
    expect(mistakesOf(rule(REPOSITORIES, WHO, CAN))).toEqual([]);
  });

  it.each([
    ['nothing', '', '1:1: the file must be a map, not nothing'],
    ['only a comment', '# x\n', '1:1: the file must be a map, not nothing'],
    ['a list', '- a', '1:1: the file must be a map, not a list'],
    ['no rules', 'groups: {a: [b]}', '1:1: the file needs "rules"'],
    ['an empty list of rules', 'rules: []', '1:8: rules must not be empty'],
    ['rules without a value', 'rules:', '1:7: rules must be a list, not nothing'],
    ['a map of rules', 'rules: {a: b}', '1:8: rules must be a list, not a map'],
    ['a rule that is text', 'rules:\n  - all', '2:5: a rule must be a map, not text'],
    [
      'an unknown key',
      `${rule(REPOSITORIES, WHO, CAN)}users: [x]`,
      '5:1: unknown key "users" in the file; allowed: groups, admins, rules',
    ],
    [
      'an unknown key in a rule',
      rule('repository: app', REPOSITORIES, WHO, CAN),
      '2:5: unknown key "repository" in a rule; allowed: repositories, who, can',
    ],
    ['a rule without who', rule(REPOSITORIES, CAN), '2:5: a rule needs "who"'],
    ['a rule without repositories', rule(WHO, CAN), '2:5: a rule needs "repositories"'],
    ['a rule without can', rule(REPOSITORIES, WHO), '2:5: a rule needs "can"'],
    ['a key twice', rule(REPOSITORIES, WHO, CAN, WHO), '5:5: who is already given in line 3'],
    [
      'a key without a value',
      rule(REPOSITORIES, 'who:', CAN),
      '3:9: who must be a list, not nothing',
    ],
    ['an empty list', rule(REPOSITORIES, WHO, 'can: []'), '4:10: can must not be empty'],
    ['text for a list', rule(REPOSITORIES, WHO, 'can: pull'), '4:10: can must be a list, not text'],
    [
      'a number for a name',
      rule(REPOSITORIES, 'who: [alice, 007]', CAN),
      '3:18: an entry of who must be text, not 007, which is a number unless it is in quotes',
    ],
    [
      'a boolean for a name',
      rule(REPOSITORIES, 'who: [true]', CAN),
      '3:11: an entry of who must be text, not true, which is a boolean unless it is in quotes',
    ],
    [
      'an empty name',
      rule(REPOSITORIES, "who: ['']", CAN),
      '3:11: an entry of who must not be empty',
    ],
    [
      'a comma that was forgotten',
      rule(REPOSITORIES, 'who: [alice bob]', CAN),
      '3:11: "alice bob" cannot be a user: it contains a space',
    ],
    [
      'an unknown action',
      rule(REPOSITORIES, WHO, 'can: [pull, write]'),
      '4:17: unknown action "write"; allowed: pull, push, delete',
    ],
    [
      'an invalid pattern',
      rule("repositories: ['team/']", WHO, CAN),
      '2:20: team/ has one slash too many',
    ],
    [
      'a pattern without quotes',
      rule('repositories: [**]', WHO, CAN),
      "2:20: ** must be in quotes, '**'; YAML reads it as a reference without them",
    ],
    [
      'an unknown group',
      rule(REPOSITORIES, 'who: [group:x]', CAN),
      '3:11: there is no group x: list its users under groups, or write "x: external" there',
    ],
    [
      'a group that is named like a user',
      `groups: {a: [b]}\n${rule(REPOSITORIES, 'who: [a]', CAN)}`,
      '4:11: a is a group: write group:a',
    ],
    [
      'an empty group',
      `groups: {a: []}\n${rule(REPOSITORIES, WHO, CAN)}`,
      '1:13: the group a must not be empty',
    ],
    [
      'a group that is text',
      `groups: {a: b}\n${rule(REPOSITORIES, WHO, CAN)}`,
      '1:13: the group a must be a list, not text',
    ],
    [
      'a group twice',
      `groups:\n  a: [b]\n  a: [c]\n${rule(REPOSITORIES, WHO, CAN)}`,
      '3:3: a is already given in line 2',
    ],
    [
      'a group in a group',
      `groups: {a: [b], c: [group:a]}\n${rule(REPOSITORIES, WHO, CAN)}`,
      '1:22: a group cannot be in a group',
    ],
    [
      'anonymous in a group',
      `groups: {a: [anonymous]}\n${rule(REPOSITORIES, WHO, CAN)}`,
      '1:14: anonymous cannot be in a group: list it under who',
    ],
    ['a tag of YAML', rule(REPOSITORIES, 'who: !x [a]', CAN), '3:10: Unresolved tag: !x'],
    ['a text without an end', 'rules: "', '1:9: Missing closing "quote'],
    ['tabs', 'rules:\n\t- x', '2:1: Tabs are not allowed as indentation'],
    [
      'two documents',
      `${rule(REPOSITORIES, WHO, CAN)}---\n`,
      '5:1: Source contains multiple documents',
    ],
  ])('is refused with %s', (_, text, mistake) => {
    expect(mistakesOf(text)).toEqual([`access.yaml:${mistake}`]);
  });

  it('is refused with all mistakes at once, in order', () => {
    const text = [
      'groups:',
      '  a: [b, 1]',
      'rules:',
      '  - repositories: [App, ok]',
      '    who: [group:z]',
      '    can: [fly]',
      '  - can: [pull]',
      'more: 1',
    ].join('\n');
    const places = mistakesOf(text).map((line) => line.split(': ')[0]);
    expect(places).toEqual(
      ['2:10', '4:20', '5:11', '6:11', '7:5', '7:5', '8:1'].map((at) => `access.yaml:${at}`),
    );
  });
});
