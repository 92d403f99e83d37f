import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import request from 'supertest';

import { Digest } from '../../../src/domain/digest.js';
import { HostServer } from '../../../src/embed/host-server.js';
import { RegistryModule } from '../../../src/embed/registry.module.js';
import { ManifestRefused } from '../../../src/oci/manifests/publish-rule.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { BlobStore } from '../../../src/storage/ports/blob-store.js';
import { Storage } from '../../../src/storage/ports/storage.js';
import { collect, pause, pushImage, repo } from '../../../src/storage/contract/fixtures.js';
import { Host, hosted } from './host.js';

@Injectable()
class Freeze {
  readonly since = 'Friday';
}

@Module({ providers: [Freeze], exports: [Freeze] })
class FreezeModule {}

describe('a registry in a Nest application', () => {
  let host: Host | undefined;
  let folder: string | undefined;
  afterEach(async () => {
    await host?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
    host = folder = undefined;
  });

  it('serves beside the application’s own controllers, without listening', async () => {
    host = await Host.with();
    const { image } = await host.push('team/app', '1.0');

    const pulled = await host.http.get('/v2/team/app/manifests/1.0').expect(200);
    await host.http.get('/things').expect(200, 'things');

    expect(pulled.headers['docker-content-digest']).toBe(`${image.digest}`);
  });

  it('gets its options from other providers', async () => {
    host = await Host.of([
      RegistryModule.forRootAsync({
        imports: [FreezeModule],
        inject: [Freeze],
        useFactory: async (freeze: Freeze) => {
          await Promise.resolve();
          const refuse = () => {
            throw new ManifestRefused(`nothing is released since ${freeze.since}`);
          };
          return hosted({ beforeManifestPublish: [refuse] });
        },
      }),
    ]);

    const { answer } = await host.push('team/app', '1.0');

    expect(answer.status).toBe(403);
    expect(answer.text).toContain('Friday');
  });

  it('can be one of several, each with its own storage', async () => {
    const [one, two] = [hosted({ path: '/one' }), hosted({ path: '/two/levels' })];
    host = await Host.of([RegistryModule.forRoot(one), RegistryModule.forRoot(two)]);

    const begun = await host.http.post('/two/levels/v2/team/app/blobs/uploads/').expect(202);
    const { location } = begun.headers as { location: string };

    expect(location).toMatch(/^\/two\/levels\/v2\/team\/app\/blobs\/uploads\//);
    await host.http.get(location).expect(204);
    await host.http.get(location.replace('/two/levels', '/one')).expect(404);
    await host.http.get('/v2/').expect(404, /Cannot GET/);
  });

  it('serves its console and its API below its path if they are on, and leaves others to the host', async () => {
    host = await Host.of(
      ['on', 'off'].map((set) =>
        RegistryModule.forRoot(hosted({ path: `/${set}`, settings: { REGISTRY_CONSOLE: set } })),
      ),
    );

    await host.http.get('/on/api/v1/session').expect(200, { logins: false, allowed: true });
    await host.http.get('/on/api/openapi.json').expect(200);
    await host.http.get('/on/console').expect(308);
    for (const path of ['/on/things', '/off/console', '/off/api/v1/session', '/console']) {
      await host.http.get(path).expect(404, /Cannot GET/);
    }
  });

  it('leaves an API of the host at /api where its own console is at the root', async () => {
    host = await Host.with({ settings: { REGISTRY_CONSOLE: 'on' } });

    await host.http.get('/api/v1/session').expect(200);
    await host.http.get('/console').expect(308);
    await host.http.get('/api/openapi.json').expect(404, /Cannot GET/);
  });

  it('includes its path in every URL that it returns', async () => {
    const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
    host = await Host.with({ path: '/images', storage });
    for (const name of ['team/a', 'team/b']) {
      await pushImage(storage, repo(name), { tags: ['1', '2'] });
    }

    const tags = await host.http.get('/images/v2/team/a/tags/list?n=1').expect(200);
    const catalog = await host.http.get('/images/v2/_catalog?n=1').expect(200);

    expect(tags.headers['link']).toBe('</images/v2/team/a/tags/list?n=1&last=1>; rel="next"');
    expect(catalog.headers['link']).toBe('</images/v2/_catalog?n=1&last=team%2Fa>; rel="next"');
  });

  it('stores images on the disk with the filesystem driver', async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-'));
    host = await Host.with({ storage: { driver: 'filesystem', path: folder, fsync: false } });

    await host.push('team/app', '1.0');

    expect(await readdir(folder)).not.toEqual([]);
  });

  it.each([
    ['texts by their variables', { REGISTRY_GC_INTERVAL: '50ms', REGISTRY_GC_GRACE: '0s' }],
    ['values by their section', { gc: { intervalMs: 50, graceMs: 0 } }],
    ['texts by their section', { gc: { intervalMs: '50ms', graceMs: '0s' } }],
  ])('collects garbage by its settings: %s', async (_, settings) => {
    host = await Host.with({ settings });
    const digest = Digest.of(Buffer.from('unclaimed'));
    await host.http
      .post(`/v2/team/app/blobs/uploads/?digest=${digest}`)
      .set('Content-Type', 'application/octet-stream')
      .send(Buffer.from('unclaimed'))
      .expect(201);

    for (let status = 200; status !== 404; await pause(50)) {
      ({ status } = await host.http.head(`/v2/team/app/blobs/${digest}`));
    }
  });

  it('accepts a storage with replaced ports', async () => {
    const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
    const { blobs } = storage;
    class Lost extends BlobStore {
      override stat = async () => Promise.resolve(undefined);
      override open = async () => Promise.resolve(undefined);
      override locate = async () => Promise.resolve(undefined);
      override holders = blobs.holders.bind(blobs);
      override link = blobs.link.bind(blobs);
      override unlink = blobs.unlink.bind(blobs);
    }
    host = await Host.with({ storage: Object.assign(storage, { blobs: new Lost() }) });

    const { image } = await host.push('team/app', '1.0');

    await host.http.get(`/v2/team/app/manifests/${image.digest}`).expect(200);
    const [layer] = (JSON.parse(image.bytes.toString()) as { layers: { digest: string }[] }).layers;
    await host.http.get(`/v2/team/app/blobs/${layer?.digest}`).expect(404);
  });

  it('provides its storage to the application’s providers', async () => {
    @Injectable()
    class Shelf {
      constructor(@Inject(Storage) readonly storage: Storage) {}
    }
    @Module({ imports: [RegistryModule.forRoot(hosted())], providers: [Shelf], exports: [Shelf] })
    class ShelfModule {}
    host = await Host.of([{ module: ShelfModule }]);
    await host.push('team/app', '1.0');

    const { tags } = host.app.get(Shelf, { strict: false }).storage;

    expect(await collect(tags.list(repo('team/app')))).toEqual(['1.0']);
  });

  it('uses another storage in a testing module', async () => {
    const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
    await pushImage(storage, repo('team/app'), { tags: ['1.0'] });
    const module = await Test.createTestingModule({ imports: [RegistryModule.forRoot(hosted())] })
      .overrideProvider(Storage)
      .useValue(storage)
      .compile();
    const app: INestApplication = module.createNestApplication();
    await app.init();

    await request(app.getHttpServer() as never)
      .head('/v2/team/app/manifests/1.0')
      .expect(200);
    await app.close();
  });

  it('logs with the application’s logger without replacing it', async () => {
    const lines: string[] = [];
    const keep = (...words: unknown[]) => lines.push(words.slice(0, 2).join(' in '));
    const logger = { log: keep, warn: keep, error: keep, debug: keep };
    const storage = createMemoryStorage({ maxBytes: 1024 * 1024 });
    await pushImage(storage, repo('team/app'), { tags: ['1.0'] });
    const module = RegistryModule.forRoot({ storage, access: 'none' });
    const app = await NestFactory.create(module, { logger });
    await app.init();

    await request(app.getHttpServer() as never)
      .get('/v2/team/app/manifests/1.0')
      .expect(200);
    await app.close();

    const own = lines.filter((line) => line.includes('Berth/'));
    expect(own).toEqual([
      expect.stringMatching(/^pulled team\/app:1\.0 {2}.* in Berth\/Activity$/),
    ]);
    expect(lines.at(0)).toBe('Starting Nest application... in NestFactory');
    expect(lines).not.toContainEqual(expect.stringContaining('BlobsController'));
  });

  it('does not exist without an HTTP server', async () => {
    let closed = 0;
    const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
    const own = Object.assign(storage, {
      close: async () => {
        closed++;
      },
    });
    const module = RegistryModule.forRoot(hosted({ storage: own }));

    const context = await NestFactory.createApplicationContext(module, { logger: false });
    expect(context.get(Storage)).toBe(own);
    await context.close();

    // The storage belongs to the program.
    expect(closed).toBe(0);
  });

  it('is the only registry at its path', async () => {
    const twice = [RegistryModule.forRoot(hosted()), RegistryModule.forRoot(hosted())];

    await expect(Host.of(twice)).rejects.toThrow('there are two registries at /v2');
  });

  it('requires an HTTP/1.1 server', () => {
    expect(() => HostServer.of(createServer())).toThrow('node:http');
  });
});
