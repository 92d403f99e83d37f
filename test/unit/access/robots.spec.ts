import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Robots } from '../../../src/access/identity/robots.js';
import { Layout } from '../../../src/storage/filesystem/layout.js';
import { FileSecretStore } from '../../../src/storage/filesystem/secret-store.js';
import { until } from '../../support/until.js';

const GRANTS = [{ repositories: 'team/**', actions: ['pull'] as const }];

describe('robots', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-robots-'));
  });
  // A use may still be stored when a test ends.
  afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

  const open = () => new Robots(new FileSecretStore(new Layout(directory)));

  it('do not exist before the first one is created', async () => {
    const robots = open();
    expect(await robots.list()).toEqual([]);
    expect(await robots.find('0123456789ab')).toBeUndefined();
  });

  it('report an error when their files cannot be read, instead of appearing revoked', async () => {
    const robots = open();
    const { id, token } = await robots.create({ grants: GRANTS, expiresAt: undefined });
    const file = join(directory, 'auth/robots', `${id}.json`);
    await rm(file);
    await mkdir(file);
    const unreadable = expect.objectContaining({ code: 'EISDIR' });
    await expect(robots.verify(token)).rejects.toEqual(unreadable);
    await expect(robots.find(id)).rejects.toEqual(unreadable);
    await expect(robots.list()).rejects.toEqual(unreadable);
  });

  it('are listed with their name, their creator and the last use that any process knows', async () => {
    let now = 1_000;
    const robots = new Robots(new FileSecretStore(new Layout(directory)), () => now);
    const { token } = await robots.create({
      grants: GRANTS,
      expiresAt: undefined,
      name: 'ci',
      createdBy: 'alice',
    });
    expect(await open().list()).toMatchObject([{ name: 'ci', createdBy: 'alice' }]);
    expect((await open().list())[0]?.lastUsedAt).toBeUndefined();
    now = 5_000;
    await robots.verify(token);
    await until(async () => (await open().list())[0]?.lastUsedAt === 5_000);
    now += 60_000;
    await robots.verify(token);
    now += 3_600_000;
    await robots.verify(token);
    await until(async () => (await open().list())[0]?.lastUsedAt === now);
  });

  it('stay revoked when a use of them is stored late', async () => {
    const robots = open();
    const { id, token } = await robots.create({ grants: GRANTS, expiresAt: undefined });
    const used = robots.verify(token);
    await robots.revoke(id);
    await used;
    expect(await open().list()).toEqual([]);
    expect(await open().verify(token)).toBeUndefined();
  });
});
