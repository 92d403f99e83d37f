import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collectNow, removeNow } from '../../../src/cli/gc-commands.js';
import { createRobot, revokeRobot } from '../../../src/cli/token-commands.js';
import { addUser, removeUser } from '../../../src/cli/user-commands.js';
import { loadSettings, type Settings } from '../../../src/config/settings.js';
import { pushImage, repo } from '../../../src/storage/contract/fixtures.js';
import { openLocalStorage } from '../../../src/storage/open-local-storage.js';

describe('commands that change something', () => {
  let directory: string;
  let settings: Settings;
  let printed: string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-audit-'));
    settings = loadSettings({
      REGISTRY_STORAGE_PATH: join(directory, 'data'),
      REGISTRY_USERS_FILE: join(directory, 'users'),
      REGISTRY_AUDIT_LOG: join(directory, 'audit.log'),
    });
    printed = [];
    const storage = openLocalStorage(settings);
    await pushImage(storage, repo('team/app'), { tags: ['1.0'] });
    await storage.close();
  });
  afterEach(() => rm(directory, { recursive: true }));

  const print = (line: string): void => void printed.push(line);

  async function entries(): Promise<object[]> {
    const text = await readFile(join(directory, 'audit.log'), 'utf8').catch(() => '');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as object);
  }

  it('leave a line in the audit log, with the user who ran them', async () => {
    const typing = () => Promise.resolve('secret of zoe');
    await addUser(settings, { user: 'zoe' }, typing, print);
    await addUser(settings, { user: 'zoe' }, typing, print);
    await removeUser(settings, { user: 'zoe' }, print);
    const robot = { can: 'pull', repositories: 'team/**', expires: '1d' };
    await createRobot(settings, robot, print);
    const [, id = ''] = (printed.at(-1) ?? '').split('_');
    await revokeRobot(settings, id, print);
    await removeNow(settings, 'team/app');
    await collectNow(settings, false, print);
    const by = { who: userInfo().username, from: 'command line' };
    expect(await entries()).toMatchObject([
      { event: 'user-added', target: 'zoe', ...by },
      { event: 'user-password-changed', target: 'zoe', ...by },
      { event: 'user-removed', target: 'zoe', ...by },
      { event: 'robot-created', target: `robot:${id} pull in team/**`, ...by },
      { event: 'robot-revoked', target: `robot:${id}`, ...by },
      { event: 'repository-removed', target: 'team/app', ...by },
      { event: 'gc', ...by },
    ]);
    expect((await stat(join(directory, 'audit.log'))).mode & 0o777).toBe(0o600);
  });

  it('leave none if they change nothing', async () => {
    await collectNow(settings, true, print);
    await expect(removeNow(settings, 'no/such')).rejects.toThrow('no repository');
    await expect(removeUser(settings, { user: 'zoe' }, print)).rejects.toThrow('');
    await expect(revokeRobot(settings, 'x', print)).rejects.toThrow('there is no robot');
    expect(await entries()).toEqual([]);
  });
});
