import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

import { type RegistryParts } from '../../../src/app/registry-parts.js';
import { pushImage, repo } from '../../../src/storage/contract/fixtures.js';
import { checkAddresses } from '../../../src/mirror/names/listen-at.js';
import { type CurrentMirrors } from '../../../src/mirror/plan/current-mirrors.js';
import { MirrorNames } from '../../../src/mirror/plan/meant-repository.js';
import { KeptLog } from '../../support/kept-log.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { TestRegistry } from '../../support/registry.js';
import { until } from '../../support/until.js';

const fileFor = (listen: string): string => `
mirrors:
  - { name: docker.io, url: 'https://registry-1.docker.io', offline: true }
  - { name: quay.io, url: 'https://quay.io', offline: true }
listen: ${listen}
`;

let directory: string;
let mirrors: MirrorsFile;
let registry: TestRegistry | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-mirror-listen-'));
});
afterEach(async () => {
  await registry?.stop();
  registry = undefined;
  await mirrors.remove();
});
afterAll(() => rm(directory, { recursive: true }));

/** Starts a registry, and resolves to the URL at which it serves docker.io. */
async function start(parts: RegistryParts = {}): Promise<string> {
  mirrors = await MirrorsFile.write(fileFor("{ '127.0.0.1:0': docker.io }"));
  const log = KeptLog.open('text');
  const settings = { REGISTRY_STORAGE_PATH: join(directory, 'data'), ...mirrors.environment };
  registry = await TestRegistry.start(settings, {}, log, parts);
  await pushImage(registry.storage, repo('docker.io/library/alpine'), { tags: ['3', '4'] });
  await pushImage(registry.storage, repo('library/alpine'), { tags: ['local'] });
  const [, url = ''] = /mirror docker\.io is served at (\S+)/.exec(log.text) ?? [];
  return url;
}

function missing(): never {
  throw new Error('no registry is started');
}

describe('the address of a mirror', () => {
  it('serves the repositories of the mirror by their own names', async () => {
    const url = await start();

    await request(url).get('/v2/').expect(200);
    await request(url).head('/v2/library/alpine/manifests/3').expect(200);
    await request(url).get('/v2/alpine/manifests/3?ns=docker.io').expect(200);
    const list = await request(url).get('/v2/alpine/tags/list?n=1').expect(200);
    expect(list.body).toEqual({ name: 'docker.io/library/alpine', tags: ['3'] });
    expect(list.headers['link']).toBe('</v2/alpine/tags/list?n=1&last=3>; rel="next"');
  });

  it('serves nothing of this registry', async () => {
    const url = await start();

    await request(url).get('/v2/library/alpine/manifests/local').expect(404);
    await request(url).get('/v2/docker.io/library/alpine/manifests/3').expect(404);
    for (const path of [
      '/v2/_token',
      '/v2/_catalog',
      '/api',
      '/api/v1/repositories',
      '/console/',
    ]) {
      const { status } = await request(url).get(path);
      expect([path, status]).toEqual([path, 404]);
    }
    await request(url).get('/quay.io/v2/org/app/manifests/1').expect(404);
  });

  it('says that it is alive, and refuses pushes', async () => {
    const url = await start();

    await request(url).get('/health').expect(200);
    const { text } = await request(url).post('/v2/library/x/blobs/uploads/').expect(403);
    expect(text).toContain('docker.io is a mirror; push to another name');
  });

  it('follows the file if it gives the address to another mirror', async () => {
    const url = await start();
    const status = async (): Promise<number> =>
      (await request(url).get('/v2/library/alpine/manifests/3')).status;

    expect(await status()).toBe(200);
    await mirrors.change(fileFor("{ '127.0.0.1:0': quay.io }"));
    await until(async () => (await status()) === 404);
    await mirrors.change(fileFor("{ '127.0.0.1:0': docker.io }"));
    await until(async () => (await status()) === 200);
  });

  it('is the root of paths, also if the registry itself has a prefix', async () => {
    const url = await start({ path: '/registry' });

    await request(url).get('/v2/').expect(200);
    await request(url).get('/v2/_catalog').expect(404);
    const { headers } = await request(url).get('/v2/alpine/tags/list?n=1').expect(200);
    const [, next = ''] = /^<(.*)>/.exec(String(headers['link'])) ?? [];
    const second = await request(url).get(next).expect(200);
    expect(second.body).toMatchObject({ tags: ['4'] });
    const { http } = registry ?? missing();
    await http.get('/registry/v2/docker.io/alpine/manifests/3').expect(200);
    await http.get('/registry/v2/alpine/manifests/3?ns=docker.io').expect(200);
    const list = await http.get('/registry/docker.io/v2/alpine/tags/list?n=1').expect(200);
    expect(list.headers['link']).toContain('</registry/docker.io/v2/alpine/tags/list?n=1&last=3>');
  });

  it('is closed with the registry', async () => {
    const url = await start();
    await registry?.stop();
    registry = undefined;
    await expect(fetch(`${url}/v2/`)).rejects.toThrow('fetch failed');
  });

  it('stops the start if another program has it', async () => {
    const url = await start();
    const address = new URL(url).host;
    const taken = await MirrorsFile.write(fileFor(`{ '${address}': docker.io }`));
    const settings = { REGISTRY_STORAGE_PATH: join(directory, 'other'), ...taken.environment };

    await expect(TestRegistry.start(settings)).rejects.toThrow(
      `mirrors.yaml: listen: ${address} is taken by another program; choose another address or port`,
    );
    await taken.remove();
  });

  it('is checked before workers start, and left free', async () => {
    const url = await start();
    const address = new URL(url).host;
    const mirrorsAt = (listen: string): CurrentMirrors => {
      const plan = { mirrors: [], local: [], listen: new Map([[listen, 'docker.io']]) };
      const names = new MirrorNames(plan, '');
      return { path: 'mirrors.yaml', value: plan, names, close: () => undefined };
    };

    await expect(checkAddresses(mirrorsAt(address))).rejects.toThrow(
      `mirrors.yaml: listen: ${address} is taken by another program`,
    );
    await registry?.stop();
    registry = undefined;
    await checkAddresses(mirrorsAt(address));
    await checkAddresses(mirrorsAt(address));
    await expect(checkAddresses(mirrorsAt('203.0.113.1:5001'))).rejects.toThrow(
      'listen: 203.0.113.1:5001 cannot be used: EADDRNOTAVAIL',
    );
  });
});
