import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Robots } from '../../../src/access/identity/robots.js';
import { Layout } from '../../../src/storage/filesystem/layout.js';
import { FileSecretStore } from '../../../src/storage/filesystem/secret-store.js';

const GRANTS = [{ repositories: 'team/**', actions: ['pull'] as const }];

describe('robots', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-robots-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const open = () => new Robots(new FileSecretStore(new Layout(directory)));

  it('do not exist before the first one is created', async () => {
    const robots = open();
    expect(await robots.list()).toEqual([]);
    expect(await robots.find('0123456789ab')).toBeUndefined();
  });

  it('report an error when their files cannot be read, instead of appearing revoked', async () => {
    const robots = open();
    const token = await robots.create(GRANTS, undefined);
    const [, id = ''] = token.split('_');
    const file = join(directory, 'auth/robots', `${id}.json`);
    await rm(file);
    await mkdir(file);
    const unreadable = expect.objectContaining({ code: 'EISDIR' });
    await expect(robots.verify(token)).rejects.toEqual(unreadable);
    await expect(robots.find(id)).rejects.toEqual(unreadable);
    await expect(robots.list()).rejects.toEqual(unreadable);
  });
});
