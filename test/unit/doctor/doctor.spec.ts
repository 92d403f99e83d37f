import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { consultDoctor } from '../../../src/cli/doctor-command.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { readChallenge } from '../../../src/domain/challenge.js';
import { GuardedRegistry, passwordOf } from '../../support/access.js';
import { TestRegistry } from '../../support/registry.js';
import { faults, found } from './examined.js';
import { FaultyProxy, type Answering, type Fault } from './faulty-proxy.js';

let registry: TestRegistry;
let url: string;
let proxy: FaultyProxy | undefined;
beforeAll(async () => {
  registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
  url = `http://127.0.0.1:${registry.port}`;
});
afterEach(() => proxy?.stop());
afterAll(() => registry.stop());

describe('the doctor with a healthy registry', () => {
  it('finds no problem, and leaves nothing behind', async () => {
    const all = await found(url);
    expect(all).toHaveLength(10);
    expect(all.filter(({ advice }) => advice !== undefined)).toEqual([]);
    const tags = await registry.http.get('/v2/berth-doctor/probe/tags/list');
    expect((tags.body as { tags?: string[] }).tags ?? []).toEqual([]);
  });

  it('writes nothing with readOnly', async () => {
    const fresh = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    expect(await found(`http://127.0.0.1:${fresh.port}`, { readOnly: true })).toHaveLength(4);
    await fresh.http.get('/v2/_catalog').expect({ repositories: [] });
    await fresh.stop();
  });

  it('prints a line for each check, and returns whether all are good', async () => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    expect(await consultDoctor({ url, readOnly: true }, print)).toBe(true);
    expect(lines).toHaveLength(4);
    expect(lines.filter((line) => !line.startsWith('✓ '))).toEqual([]);
    expect(await consultDoctor({ url: 'http://127.0.0.1:1', readOnly: true }, print)).toBe(false);
    expect(lines.at(-1)).toMatch(/^✗ nothing listens on 127\.0\.0\.1:1: check that it runs/);
  });
});

describe('the doctor with a proxy in front of a registry', () => {
  const LOST = { 'docker-distribution-api-version': undefined };
  const refuse =
    (method: string, status: number): Answering =>
    (asked, response) => {
      if (asked.method !== method) return false;
      asked.resume().once('end', () => response.writeHead(status, { server: 'proxy' }).end('no'));
      return true;
    };
  const cut: Answering = (asked) => {
    if (asked.method !== 'PATCH') return false;
    asked.once('data', () => asked.socket.destroy());
    return true;
  };
  const page: Answering = (_asked, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>\x1b[2J');
    return true;
  };

  it.each<[string, Fault, RegExp]>([
    [
      'a limit on bodies',
      { answer: refuse('PATCH', 413) },
      /^a body of 2 MiB is refused \(413, from proxy\): /,
    ],
    ['a cut in bodies', { answer: cut }, /^the connection was cut in a body of 2 MiB/],
    [
      'a blocked method',
      { answer: refuse('POST', 403) },
      /^POST is refused \(403, from proxy\): let the proxy pass POST on/,
    ],
    ['a page', { answer: page }, /^a web page responds at \/v2\/, from an unnamed server: /],
    [
      'buffering',
      { buffers: true },
      /^request bodies reach the registry only when they are complete: /,
    ],
    [
      'a lost header',
      { headers: (headers) => ({ ...headers, ...LOST }) },
      /^the header Docker-Distribution/,
    ],
    [
      'a HEAD without length',
      {
        headers: (headers, { method }) => ({
          ...headers,
          ...(method === 'HEAD'
            ? { 'content-length': undefined, 'transfer-encoding': 'chunked' }
            : {}),
        }),
      },
      /^HEAD returns no length for a blob of 2097152 bytes: /,
    ],
    [
      'other bytes',
      {
        body: (body, { url: path }) =>
          path?.includes('/manifests/') === true ? Buffer.alloc(body.length, ' ') : body,
      },
      /^a manifest arrives with different bytes: /,
    ],
    [
      'an absolute Location',
      {
        headers: (headers) => ({
          ...headers,
          ...(headers.location === undefined
            ? {}
            : { location: `https://127.0.0.1${headers.location}` }),
        }),
      },
      /^the Location of an upload is https:\/\/127\.0\.0\.1, but the registry is http:/,
    ],
  ])('finds %s', async (_what, fault, expected) => {
    proxy = await FaultyProxy.start(registry.port, fault);
    expect(await faults(proxy.url)).toContainEqual(expect.stringMatching(expected));
  });

  it('reports a connection that breaks in the middle', async () => {
    proxy = await FaultyProxy.start(registry.port, {
      answer: ({ method, socket }) => method === 'HEAD' && socket.destroy() === socket,
    });
    expect(await faults(proxy.url)).toEqual([
      expect.stringMatching(/^the connection to 127\.0\.0\.1:\d+ failed \(ECONNRESET\): /),
    ]);
  });

  it('prints no control character of a server', async () => {
    const message = '\x1b[2Jgone';
    proxy = await FaultyProxy.start(registry.port, {
      answer: (_asked, response) => {
        response.writeHead(404).end(JSON.stringify({ errors: [{ code: 'X', message }] }));
        return true;
      },
    });
    const lines: string[] = [];
    await consultDoctor({ url: proxy.url, readOnly: true }, (line) => lines.push(line));
    expect(lines.at(-1)).toContain('404 X: ?[2Jgone');
  });
});

describe('the doctor with logins', () => {
  const RULES =
    'rules:\n  - who: [alice]\n    repositories: ["**"]\n    can: [pull, push, delete]\n';
  let guarded: GuardedRegistry;
  let guardedUrl: string;
  const alice = { name: 'alice', password: passwordOf('alice') };

  async function start(environment = {}): Promise<void> {
    guarded = await GuardedRegistry.start(['alice'], RULES, environment);
    guardedUrl = `http://127.0.0.1:${guarded.registry.port}`;
  }
  afterEach(() => guarded.stop());

  it.each(['token', 'basic'])('logs in with %s', async (mode) => {
    await start({ REGISTRY_AUTH: mode });
    const all = await found(guardedUrl, { login: alice });
    expect(all.filter(({ advice }) => advice !== undefined)).toEqual([]);
    expect(all).toHaveLength(10);
    expect(await faults(guardedUrl, { login: { ...alice, password: 'wrong' } })).toEqual([
      expect.stringMatching(/^(?:alice gets no token|login refused: alice).* \(401 .*the password/),
    ]);
    const anonymous = await found(guardedUrl);
    expect(anonymous.at(-1)?.text).toMatch(/without --username the rest is not checked$/);
  });

  it('finds a realm with another scheme or host name, and sends no password there', async () => {
    let asked = 0;
    const other = await FaultyProxy.start(1, {
      answer: (_asked, response) => {
        asked++;
        response.end();
        return true;
      },
    });
    await start({ REGISTRY_PUBLIC_URL: other.url.replace('127.0.0.1', 'localhost') });
    expect(await faults(guardedUrl, { login: alice })).toEqual([
      expect.stringMatching(/^the token service is http:\/\/localhost:\d+, but the registry is /),
    ]);
    expect(asked).toBe(0);
    other.stop();
  });

  it('finds a realm that does not respond', async () => {
    await start({ REGISTRY_PUBLIC_URL: 'https://nowhere.invalid' });
    expect(await faults(guardedUrl, { login: alice })).toEqual([
      expect.stringMatching(/^the token service is https:\/\/nowhere\.invalid, and nowhere\.inv/),
    ]);
  });
});

describe('berth doctor', () => {
  it.each(['ftp://a', 'https://a/registry', 'http://', 'a b'])(
    'rejects the URL %j',
    async (text) => {
      const consulted = consultDoctor({ url: text, readOnly: true }, () => undefined);
      await expect(consulted).rejects.toThrow(PlainFailure);
    },
  );

  it('reports a missing CA file', async () => {
    const consulted = consultDoctor({ url, readOnly: true, caFile: '/nowhere' }, () => undefined);
    await expect(consulted).rejects.toThrow(/^--ca-file: .*\/nowhere/);
  });

  it.each([
    ['Basic realm="x"', { scheme: 'basic', realm: 'x', service: undefined }],
    [
      'bearer realm="https://a/t",service=b',
      { scheme: 'bearer', realm: 'https://a/t', service: 'b' },
    ],
    ['Digest realm="x"', undefined],
    [undefined, undefined],
  ])('parses the challenge %j', (header, challenge) => {
    expect(readChallenge(header)).toEqual(challenge);
  });
});
