import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { repo, pushImage } from '../../../src/storage/contract/fixtures.js';
import { KeptLog } from '../../support/kept-log.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const fileOf = (...names: readonly string[]): string =>
  names.length === 0
    ? ''
    : `mirrors:\n${names.map((name) => `  - { name: ${name}, url: 'https://registry.example.com', offline: true }\n`).join('')}`;

describe('the name of a mirror', () => {
  let folder: string;
  let mirrors: MirrorsFile;
  let registry: TestRegistry | undefined;
  let log: KeptLog;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-claimed-'));
    mirrors = await MirrorsFile.write(fileOf('docker.io'));
    log = KeptLog.open('text');
  });
  afterEach(async () => {
    await stop();
    await mirrors.remove();
    await rm(folder, { recursive: true });
  });

  async function start(withMirrors = true): Promise<TestRegistry> {
    const environment = {
      REGISTRY_STORAGE_DRIVER: 'filesystem',
      REGISTRY_STORAGE_PATH: folder,
      ...(withMirrors && mirrors.environment),
    };
    return (registry = await TestRegistry.start(environment, {}, log));
  }

  async function stop(): Promise<void> {
    await registry?.stop();
    registry = undefined;
  }

  it('cannot be that of repositories that were pushed before', async () => {
    await (await start(false)).pushImage('docker.io/library/mine', '1.0');
    await stop();

    await expect(start()).rejects.toThrow(
      'mirrors.yaml:2:5: docker.io/library/mine is in this registry already, and the mirror would hide it: ' +
        'delete what begins with docker.io/, or choose another name',
    );
    const { http } = await start(false);
    await http.get('/v2/docker.io/library/mine/manifests/1.0').expect(200);
  });

  it('may be that of a repository without a slash, and the beginning of longer names', async () => {
    const before = await start(false);
    await before.pushImage('docker.io', '1.0');
    await before.pushImage('docker.io.old/app', '1.0');
    await stop();

    const { http } = await start();
    await http.get('/v2/docker.io.old/app/manifests/1.0').expect(200);
  });

  it('stays with what the mirror has stored, also after a restart', async () => {
    const { storage } = await start();
    await pushImage(storage, repo('docker.io/library/alpine'), { tags: ['3'] });
    await stop();

    const { http } = await start();
    await http.get('/v2/docker.io/library/alpine/manifests/3').expect(200);
  });

  it('is given up when the mirror is taken out of the file: what was stored is then content of this registry', async () => {
    const { storage } = await start();
    await pushImage(storage, repo('docker.io/library/alpine'), { tags: ['3'] });
    await stop();
    await mirrors.change(fileOf());
    await start();
    await stop();
    await mirrors.change(fileOf('docker.io'));

    await expect(start()).rejects.toThrow('docker.io/library/alpine is in this registry already');
  });

  it('is kept while the registry runs, because an editor may empty the file before it writes it', async () => {
    const { storage, http } = await start();
    await pushImage(storage, repo('docker.io/library/alpine'), { tags: ['3'] });
    await mirrors.change('');
    await until(() => log.text.includes('has changed'));
    await mirrors.change(fileOf('docker.io', 'quay.io'));

    await until(() => log.text.match(/mirrors\.yaml (has changed|cannot be used)/g)?.length === 2);
    expect(log.text).not.toContain('cannot be used');
    await http.get('/v2/docker.io/library/alpine/manifests/3').expect(200);
  });

  it('is checked when the file changes, and the last valid file stays in use', async () => {
    const { http } = await start();
    await registry?.pushImage('quay.io/team/mine', '1.0');
    await mirrors.change(fileOf('docker.io', 'quay.io'));

    await until(() => log.text.includes('quay.io/team/mine is in this registry already'));
    await http.get('/v2/quay.io/team/mine/manifests/1.0').expect(200);
  });
});
