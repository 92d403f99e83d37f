import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { OPENAPI } from '../../../src/api/description/openapi.js';
import { apiEventOf } from '../../../src/observe/requests/api-event.js';
import { TestRegistry } from '../../support/registry.js';

type Paths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Returns `GET /api/v1/…` for each route below `/api/v1/`, with parameters as in OpenAPI. */
function routesOf({ router }: TestRegistry): string[] {
  return router.stack.flatMap(({ route }) => {
    if (route === undefined || !route.path.startsWith('/api/v1/')) return [];
    // The route that refuses all other methods of the path.
    if (route.stack.some(({ method }) => method === 'acl')) return [];
    const path = route.path.replaceAll(/[*:](\w+)/g, '{$1}');
    return route.stack
      .filter(({ method }) => method !== '')
      .map(({ method }) => `${method.toUpperCase()} ${path}`);
  });
}

function describedRoutes(): string[] {
  return Object.entries(OPENAPI['paths'] as Paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

describe('the description of the API', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
  });
  afterAll(() => registry.stop());

  it('has every route of the router, and no others', () => {
    const routes = routesOf(registry);

    expect(routes).toContain('GET /api/v1/version');
    expect(describedRoutes().sort()).toEqual(routes.sort());
  });

  it('has an event of the audit log for each route that may change something', () => {
    const unsafe = describedRoutes()
      .filter((route) => !route.startsWith('GET '))
      // It takes its two references in the body, and changes nothing.
      .filter((route) => !route.endsWith('/compare/files'));
    const events = unsafe.map((route) => {
      const [method = '', path = ''] = route.split(' ');
      const pattern = path.replace('{name}', '*name').replaceAll(/\{(\w+)\}/g, ':$1');
      return apiEventOf({ method, route: { path: pattern } });
    });

    expect(unsafe.filter((_, index) => events[index] === undefined)).toEqual([]);
    expect(new Set(events).size).toBe(events.length);
  });

  it('is served without a login', async () => {
    const response = await registry.http.get('/api/openapi.json').expect(200);

    expect(response.body).toEqual(OPENAPI);
  });

  it('is served as a page that may load nothing from elsewhere', async () => {
    const response = await registry.http.get('/api').expect(200);

    expect(response.text).toContain('openapi-explorer');
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
    expect(response.headers['content-security-policy']).not.toContain('unsafe-eval');
  });
});

describe('the API of a registry below a path', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    const settings = { REGISTRY_STORAGE_DRIVER: 'memory' };
    registry = await TestRegistry.start(settings, {}, false, { path: '/registry' });
  });
  afterAll(() => registry.stop());

  it('is below that path, with its errors', async () => {
    await registry.http.get('/registry/api/v1/version').expect(200);
    await registry.http.get('/registry/api').expect(200);
    const missing = await registry.http.get('/registry/api/v1/repositories/none').expect(404);
    expect(missing.headers['content-type']).toBe('application/problem+json');
    await registry.http.get('/api/v1/version').expect(404);
  });
});
