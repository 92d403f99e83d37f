import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

import { PROJECT_ROOT } from '../../support/server-process.js';
import { withDirectory } from './storage-directory.js';

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const MAIN = join(PROJECT_ROOT, 'dist/main.js');

function start(directory: string, program: string, ...args: readonly string[]): ChildProcess {
  return spawn(program, args, {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      REGISTRY_USERS_FILE: 'users',
      REGISTRY_ACCESS_FILE: 'access',
    },
  });
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const texts = { output: '', errors: '' };
  child.stdout?.on('data', (chunk: Buffer) => (texts.output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (texts.errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...texts };
}

/** Runs `berth` with these words. The input stays open after `input`, as at a terminal. */
async function berth(directory: string, words: string, input = ''): Promise<Ended> {
  const child = start(directory, process.execPath, MAIN, ...words.split(' '));
  child.stdin?.write(input);
  return endOf(child);
}

it('berth user adds users with the password from the input, lists and removes them', async () => {
  await withDirectory(async (directory) => {
    expect(await berth(directory, 'user add alice', 'long secret\n')).toEqual({
      code: 0,
      output: 'added alice in users\n',
      errors: '',
    });
    const hash = await readFile(join(directory, 'users'), 'utf8');
    expect(hash).toMatch(/^alice:\$2y\$10\$[^:\n]{53}\n$/);
    expect((await stat(join(directory, 'users'))).mode & 0o777).toBe(0o600);
    const replaced = await berth(directory, 'user add alice', 'another secret\n');
    expect(replaced.output).toBe('replaced the password of alice in users\n');
    await berth(directory, 'user add bob --file users', 'long secret\n');
    expect((await berth(directory, 'user list')).output).toBe('alice\nbob\n');
    expect((await berth(directory, 'user remove alice')).output).toBe('removed alice from users\n');
    expect(await berth(directory, 'user remove alice')).toEqual({
      code: 1,
      output: '',
      errors: 'there is no user alice in users\n',
    });
  });
});

it('berth user add loses no user when several processes add users at once', async () => {
  await withDirectory(async (directory) => {
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(names.map((name) => berth(directory, `user add ${name}`, 'long secret\n')));
    const { output } = await berth(directory, 'user list');
    expect(output.trimEnd().split('\n').sort()).toEqual(names);
  });
});

it('berth user add asks for a password at a terminal, and does not show it', async () => {
  await withDirectory(async (directory) => {
    const command = `${process.execPath} ${MAIN} user add alice`;
    const child = start(directory, 'script', '-qec', command, '/dev/null');
    let shown = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (chunk.toString().endsWith(': ')) child.stdin?.write('long secret\r');
    });
    const { code } = await endOf(child);
    expect(code).toBe(0);
    expect(shown.replaceAll('\r\n', '\n')).toBe(
      'Password for alice: \nRepeat the password: \nadded alice in users\n',
    );
  });
});

it('berth access check prints the decision, and sets the exit code', async () => {
  await withDirectory(async (directory) => {
    const rule = "rules: [{repositories: ['**'], who: [alice], can: [pull]}]\n";
    await writeFile(join(directory, 'access'), rule);
    expect(await berth(directory, 'access check alice pull team/app')).toEqual({
      code: 0,
      output: 'yes: rule at line 1 of access: alice can pull in **\n',
      errors: '',
    });
    expect(await berth(directory, 'access check anonymous pull team/app')).toEqual({
      code: 1,
      output: 'no: no rule of access lets anonymous pull in team/app\n',
      errors: '',
    });
    await writeFile(join(directory, 'access'), rule.replace('pull', 'fly'));
    expect(await berth(directory, 'access check')).toEqual({
      code: 1,
      output: '',
      errors: 'access:1:52: unknown action "fly"; allowed: pull, push, delete\n',
    });
  });
});

it('an incomplete command prints its usage', async () => {
  await withDirectory(async (directory) => {
    const { code, errors } = await berth(directory, 'user add');
    expect(code).toBe(1);
    expect(errors).toBe(
      "missing required argument 'NAME'\nUsage: berth user add NAME [--file PATH]\n",
    );
  });
});
