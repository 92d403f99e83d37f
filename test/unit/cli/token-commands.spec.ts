import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Robots } from '../../../src/access/identity/robots.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { createRobot, revokeRobot } from '../../../src/cli/token-commands.js';
import { loadSettings, type Settings } from '../../../src/config/settings.js';
import { Layout } from '../../../src/storage/filesystem/layout.js';
import { FileSecretStore } from '../../../src/storage/filesystem/secret-store.js';

describe('berth token', () => {
  let path: string;
  let settings: Settings;
  let lines: string[];
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-robots-'));
    settings = loadSettings({ REGISTRY_STORAGE_PATH: path });
    lines = [];
  });
  afterEach(() => rm(path, { recursive: true, force: true }));

  const robots = () => new Robots(new FileSecretStore(new Layout(path)));
  const print = (line: string): void => void lines.push(line);
  const create = (expires?: string, can = 'pull,push', repositories = 'team/*, lib/**') =>
    createRobot(settings, { can, repositories, expires }, print);

  it('creates a robot, and revokes it', async () => {
    await create('30d');
    const token = lines.at(-1) ?? '';
    const robot = await robots().verify(token);
    expect(robot?.grants).toEqual([
      { repositories: 'team/*', actions: ['pull', 'push'] },
      { repositories: 'lib/**', actions: ['pull', 'push'] },
    ]);
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    expect(lines[0]).toBe(`Robot ${robot?.id} can pull, push in team/*, lib/**; expires ${day}.`);
    await revokeRobot(settings, robot?.id ?? '', print);
    expect(await robots().verify(token)).toBeUndefined();
    expect(await robots().list()).toEqual([]);
  });

  it('creates a robot that never expires only with --expires never', async () => {
    await create('never');
    expect(lines[0]).toMatch(/; never expires\.$/);
    await create();
    const day = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
    expect(lines.find((line) => line.includes(`expires ${day}`))).toBeDefined();
  });

  it.each([
    [() => create('3h'), '--expires is "3h"; allowed: days, such as 90d, or never'],
    [() => create('0d'), '--expires is "0d"'],
    [() => create('1d', 'pul'), '--can has "pul"; allowed: pull, push, delete'],
    [() => create('1d', ''), 'say what it can do, and where'],
    [() => create('1d', 'pull', ''), 'say what it can do, and where'],
    [() => create('1d', 'pull', 'a//b'), '--repositories: a//b'],
    [() => revokeRobot(settings, 'abc', print), 'there is no robot abc'],
  ])('reports invalid input (%#)', async (work, message) => {
    const failure = work();
    await expect(failure).rejects.toThrow(PlainFailure);
    await expect(failure).rejects.toThrow(message);
    expect(await robots().list()).toEqual([]);
  });

  it('refuses to work with the memory storage', async () => {
    settings = loadSettings({ REGISTRY_STORAGE_DRIVER: 'memory' });
    await expect(create()).rejects.toThrow('REGISTRY_STORAGE_DRIVER is memory');
  });
});
