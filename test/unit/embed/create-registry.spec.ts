import { createServer } from 'node:http';

import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';

import { createRegistry } from '../../../src/embed/create-registry.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { pushImage, repo } from '../../../src/storage/contract/fixtures.js';
import { hosted } from './host.js';

describe('a registry without Nest', () => {
  it('listens on its own port', async () => {
    await using registry = await createRegistry(hosted());

    const url = await registry.listen();

    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}${registry.path}/`)).status).toBe(200);
  });

  it('handles the requests of another server', async () => {
    await using registry = await createRegistry(hosted({ path: '/images' }));
    const server = createServer(registry.handler);

    await request(server).get('/images/v2/').expect(200);
  });

  it('lists the allowed methods of its paths', async () => {
    await using registry = await createRegistry(hosted({ path: '/images' }));
    const server = createServer(registry.handler);

    const answer = await request(server).put('/images/v2/team/app/tags/list').expect(405);

    expect(answer.headers['allow']).toBe('GET, HEAD');
  });

  it('works in Express', async () => {
    await using registry = await createRegistry(hosted());
    const app = express().disable('x-powered-by').use('/v2', registry.handler);

    const begun = await request(app).post('/v2/team/app/blobs/uploads/').expect(202);

    expect(begun.headers['location']).toMatch(/^\/v2\/team\/app\/blobs\/uploads\//);
  });

  it('has a console only if the settings say so', async () => {
    const statusWith = async (settings: object): Promise<number> => {
      await using registry = await createRegistry(hosted({ settings }));
      return (await request(createServer(registry.handler)).get('/console')).status;
    };

    expect(await statusWith({})).toBe(404);
    expect(await statusWith({ REGISTRY_CONSOLE: 'on' })).toBe(308);
    expect(await statusWith({ server: { console: 'on' } })).toBe(308);
  });

  it('has its console and its API in Express where the program passes them on', async () => {
    await using registry = await createRegistry(hosted({ settings: { REGISTRY_CONSOLE: 'on' } }));
    const app = express().use(['/v2', '/api', '/console'], registry.handler);

    await request(app).get('/console').expect(308);
    await request(app).get('/api/v1/session').expect(200, { logins: false, allowed: true });
    await request(app).get('/').expect(404);
  });

  it('does not close a storage that it has not opened', async () => {
    const storage = createMemoryStorage({ maxBytes: 1024 ** 2 });
    let closed = 0;
    const count = async () => {
      closed++;
    };
    Object.assign(storage, { close: count });
    const registry = await createRegistry(hosted({ storage }));

    await registry.close();
    await registry.close();

    expect(closed).toBe(0);
  });

  it('exposes its storage', async () => {
    await using registry = await createRegistry(hosted());
    await pushImage(registry.storage, repo('team/app'), { tags: ['1.0'] });

    const answer = await fetch(`${await registry.listen()}/v2/team/app/tags/list`);

    expect(await answer.json()).toEqual({ name: 'team/app', tags: ['1.0'] });
  });
});
