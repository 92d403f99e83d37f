import { beforeAll, describe, expect, it } from '@jest/globals';

import { berth } from '../../support/berth.js';
import { ask, emptyDatabase } from './servers/databases.js';
import { BUCKET } from './servers/s3-server.js';

describe('the commands for the database', () => {
  let environment: Record<string, string>;
  let url: string;
  beforeAll(async () => {
    url = await emptyDatabase('commands');
    environment = {
      REGISTRY_STORAGE_DRIVER: 'postgres',
      REGISTRY_DATABASE_URL: url,
      REGISTRY_OBJECTS: `s3://${BUCKET}/commands`,
      REGISTRY_S3_ENDPOINT: process.env['SCALE_S3'] ?? '',
      REGISTRY_S3_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: process.env['AWS_ACCESS_KEY_ID'] ?? '',
      AWS_SECRET_ACCESS_KEY: process.env['AWS_SECRET_ACCESS_KEY'] ?? '',
    };
  });

  const run = (...args: string[]) => berth(args, { environment });

  it('refuse a database without tables, and say what to do', async () => {
    await expect(run('ls')).rejects.toThrow(
      'The database has no tables of Berth yet: run berth migrate',
    );
  });

  it('create the tables once', async () => {
    expect(await run('migrate')).toBe(
      'migrated: 0001-tables\nthe tables are those of this version\n',
    );
    expect(await run('migrate')).toBe('the tables are up to date\n');
  });

  it('work on the storage as on any other', async () => {
    expect(await run('gc')).toContain('0 B');
    expect(await run('read-only')).toBe('not read-only\n');
    expect(await run('verify')).toBe('verified 0 blobs and manifests, 0 B: 0 damaged\n');
    expect(await run('verify', '--bucket')).toBe('0 unnamed objects, 0 missing objects\n');
  });

  it('do not show the password', async () => {
    const shown = await run('config', 'show');

    expect(shown).toMatch(/REGISTRY_DATABASE_URL +\*+ /);
    expect(shown).not.toContain(url);
  });

  it('refuse the objects of another database', async () => {
    const other = await emptyDatabase('commands_other');
    const elsewhere = { ...environment, REGISTRY_DATABASE_URL: other };
    await berth(['migrate'], { environment: elsewhere });

    await expect(berth(['ls'], { environment: elsewhere })).rejects.toThrow(
      `s3://${BUCKET}/commands belongs to another database`,
    );
  });

  it('refuse tables of a newer version', async () => {
    await ask(
      url,
      `INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-later', now()::text)`,
    );

    await expect(run('ls')).rejects.toThrow('those of a newer version of Berth');
  });

  it('name what is missing in the settings', async () => {
    const broken = { ...environment, REGISTRY_OBJECTS: '' };

    await expect(berth(['ls'], { environment: broken })).rejects.toThrow(
      'REGISTRY_STORAGE_DRIVER=postgres needs REGISTRY_DATABASE_URL and REGISTRY_OBJECTS',
    );
  });
});
