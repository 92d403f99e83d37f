import { rm } from 'node:fs/promises';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Response } from 'supertest';

import { builtConsole, SCRIPT } from '../../support/console.js';
import { asBytes, TestRegistry } from '../../support/registry.js';

const MEMORY = { REGISTRY_STORAGE_DRIVER: 'memory' };
const ASSET = '/console/assets/index-Ab3dEf9_.js';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let files: string;
let registry: TestRegistry;
beforeAll(async () => {
  files = await builtConsole();
  registry = await TestRegistry.start(MEMORY, {}, false, { consoleFiles: files });
});
afterAll(async () => {
  await registry.stop();
  await rm(files, { recursive: true });
});

const nonceOf = ({ text }: Response): string => /nonce="([^"]+)"/.exec(text)?.[1] ?? '';
const baseOf = ({ text }: Response): string => /<base href="([^"]*)">/.exec(text)?.[1] ?? '';

/** Resolves the base of a shell as a browser does at the address of the shell. */
const basePath = (response: Response, path: string): string =>
  new URL(baseOf(response), `http://registry.test${path}`).pathname;

describe('the shell of the console', () => {
  it('has a nonce of its own in each response, and the headers that allow nothing else', async () => {
    const first = await registry.http.get('/console/').expect(200);
    const second = await registry.http.get('/console/').expect(200);

    const nonce = nonceOf(first);
    expect(nonce).toMatch(/^[\w+/-]{20,}$/);
    expect(nonceOf(second)).not.toBe(nonce);
    expect(first.text).not.toContain('__');
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('is kept apart from other windows where a browser can do that', async () => {
    const header = 'cross-origin-opener-policy';
    const at = (Host: string) => registry.http.get('/console/').set({ Host });

    expect((await at('localhost:5000')).headers[header]).toBe('same-origin');
    expect((await at('192.0.2.7:5000')).headers).not.toHaveProperty(header);
  });

  it('is neither compressed nor answered with 304', async () => {
    const headers = { 'Accept-Encoding': 'br, gzip', 'If-None-Match': '*' };
    const response = await registry.http.get('/console/').set(headers).expect(200);

    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(response.headers).not.toHaveProperty('etag');
  });

  it.each([
    '/console/',
    '/console/index.html',
    '/console/repositories',
    '/console/repositories/team/app',
    '/console/repositories/team/node.js',
    '/console/images/team/app:1.0',
    '/console/images/team%2Fapp@sha256:00',
    '/console/live/',
    '/console/..%2fpackage.json',
  ])('is served at %s, with a base that leads to the console', async (path) => {
    const response = await registry.http.get(path).expect(200);

    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(basePath(response, path)).toBe('/console/');
    expect(basePath(response, `/behind/a/proxy${path}`)).toBe('/behind/a/proxy/console/');
  });

  it('answers HEAD without a body, and refuses other methods', async () => {
    const { headers, text } = await registry.http.head('/console/live').expect(200);

    expect(text).toBeUndefined();
    expect(Number(headers['content-length'])).toBeGreaterThan(100);
    await registry.http.post('/console/').expect(405).expect('Allow', 'GET, HEAD');
  });

  it('is found without the slash', async () => {
    await registry.http.get('/console').expect(308).expect('Location', 'console/');
  });
});

describe('the files of the console', () => {
  it.each([
    ['br', 'gzip, deflate, br', 'br'],
    ['gzip', 'gzip, deflate', 'gzip'],
    ['itself', 'identity', undefined],
    ['itself', 'br;q=0, gzip;q=0', undefined],
  ])('are sent as %s to a client that accepts %s', async (_, accepted, encoding) => {
    const request = registry.http.get(ASSET).set('Accept-Encoding', accepted);
    const { headers } = await request.buffer(true).parse(asBytes).expect(200);

    expect(headers['content-encoding']).toBe(encoding);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  it('keep what else their responses vary by', async () => {
    const settings = { ...MEMORY, REGISTRY_CORS_ORIGINS: 'https://ui.example.com' };
    const shared = await TestRegistry.start(settings, {}, false, { consoleFiles: files });
    const { headers } = await shared.http.get(ASSET).expect(200);
    await shared.stop();

    expect(headers['vary']).toBe('Origin, Accept-Encoding');
  });

  it('have the same content however they are sent', async () => {
    for (const accepted of ['gzip', 'identity']) {
      const request = registry.http.get(ASSET).set('Accept-Encoding', accepted);
      const response = await request.buffer(true).parse(asBytes);
      expect(String(response.body)).toBe(SCRIPT);
    }
  });

  it('answer HEAD with the length of what GET would send', async () => {
    const accepted = { 'Accept-Encoding': 'gzip' };
    const head = await registry.http.head(ASSET).set(accepted).expect(200);

    expect(head.headers['content-encoding']).toBe('gzip');
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    expect(Number(head.headers['content-length'])).toBeLessThan(SCRIPT.length);
  });

  it('are sent as they are if the build did not compress them', async () => {
    const request = registry.http.get('/console/assets/plain-Xy12Zw34.css');
    const { headers, text } = await request.set('Accept-Encoding', 'br, gzip').expect(200);

    expect(headers).not.toHaveProperty('content-encoding');
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(text).toContain('color: black');
  });

  it('are asked for again if their name stays the same in the next version', async () => {
    const { headers } = await registry.http.get('/console/icons.svg').expect(200);

    expect(headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
  });

  it('include the licences, as text', async () => {
    const { headers } = await registry.http.get('/console/NOTICES').expect(200);

    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it.each([
    '/console/assets/missing-Ab3dEf9_.js',
    '/console/assets/',
    '/console/favicon.ico',
    '/console/assets/index-Ab3dEf9_.js.br',
    '/console/assets/..%2findex.html',
    '/console/assets/..%2f..%2f..%2fetc/passwd',
  ])('are all that exists: %s does not', async (path) => {
    await registry.http.get(path).expect(404);
  });
});

describe('the root', () => {
  it('leads a browser to the console, and answers everybody else with a line of text', async () => {
    const page = await registry.http.get('/').set('Accept', BROWSER).expect(303);
    expect(page.headers).toMatchObject({ location: 'console/', vary: 'Accept' });

    for (const accepted of ['*/*', 'text/plain', 'application/json', 'text/*']) {
      const { text } = await registry.http.get('/').set('Accept', accepted).expect(200);
      expect(text).toMatch(/^Berth, [^\n]+\n$/);
    }
    await registry.http.head('/').expect(200);
  });
});

describe('a console that was not built', () => {
  it('says which command builds it', async () => {
    const parts = { consoleFiles: '/nowhere/console' };
    const empty = await TestRegistry.start(MEMORY, {}, false, parts);
    try {
      for (const path of ['/console/', '/console/live', ASSET]) {
        const { text, headers } = await empty.http.get(path).expect(503);
        expect(text).toContain('npm run build');
        expect(headers['content-type']).toBe('text/plain; charset=utf-8');
      }
    } finally {
      await empty.stop();
    }
  });
});

describe('REGISTRY_CONSOLE=off', () => {
  it('leaves nothing below /console, and a line of text at the root', async () => {
    const settings = { ...MEMORY, REGISTRY_CONSOLE: 'off' };
    const without = await TestRegistry.start(settings, {}, false, { consoleFiles: files });
    try {
      for (const path of ['/console', '/console/', ASSET]) await without.http.get(path).expect(404);
      const { text } = await without.http.get('/').set('Accept', BROWSER).expect(200);
      expect(text).toMatch(/^Berth, /);
    } finally {
      await without.stop();
    }
  });
});

describe('the console of a registry below a path', () => {
  it('is below that path', async () => {
    const parts = { consoleFiles: files, path: '/registry' };
    const below = await TestRegistry.start(MEMORY, {}, false, parts);
    try {
      const path = '/registry/console/repositories/team/app';
      expect(basePath(await below.http.get(path).expect(200), path)).toBe('/registry/console/');
      await below.http.get(`/registry${ASSET}`).expect(200);
      await below.http.get('/registry/console').expect(308).expect('Location', 'console/');
      await below.http.get('/console/').expect(404);
      const root = await below.http.get('/registry').set('Accept', BROWSER).expect(303);
      expect(root.headers['location']).toBe('registry/console/');
    } finally {
      await below.stop();
    }
  });
});
