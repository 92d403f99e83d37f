import { createServer, type Server } from 'node:http';

import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';

import { createRegistry } from '../../../src/embed/create-registry.js';
import { Host } from './host.js';

const UI = 'https://ui.example.com';
const OPTIONS = {
  storage: { driver: 'memory' },
  logger: false,
  settings: { REGISTRY_CORS_ORIGINS: UI },
} as const;
const PREFLIGHT = { Origin: UI, 'Access-Control-Request-Method': 'PUT' };

/** Expects that pages of the listed origin may use the registry of `server`, and that a host's own headers stay. */
async function expectShared(server: Server, vary = 'Origin'): Promise<void> {
  const response = await request(server).get('/v2/').set('Origin', UI).expect(200);
  expect(response.headers).toMatchObject({ 'access-control-allow-origin': UI, vary });
  const preflight = await request(server).options('/v2/team/app/manifests/1').set(PREFLIGHT);
  expect(preflight.status).toBe(204);
  expect(preflight.headers['access-control-allow-methods']).toContain('PUT');
  await request(server).get('/v2/').set('Origin', 'https://other.example.com').expect(403);
}

describe('pages of a listed origin', () => {
  it('may use a registry in a Nest application, but not its other paths', async () => {
    const host = await Host.with(OPTIONS);
    try {
      await expectShared(host.server);
      const { headers } = await host.http.get('/things').set('Origin', UI).expect(200);
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    } finally {
      await host.close();
    }
  });

  it('may use a registry by its handler', async () => {
    await using registry = await createRegistry(OPTIONS);
    await expectShared(createServer(registry.handler));
    const app = express().use((_request, response, next) => {
      response.setHeader('Vary', 'Accept-Encoding');
      next();
    });
    await expectShared(createServer(app.use('/v2', registry.handler)), 'Accept-Encoding, Origin');
  });
});
