import { request, createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';

import { describe, expect, it } from '@jest/globals';
import express from 'express';

import { loadSettings } from '../../../src/config/settings.js';
import { parseAddress } from '../../../src/http/server/address.js';
import { trustProxies, clientAddress, publicOrigin } from '../../../src/http/server/origin.js';

type Headers = Readonly<Record<string, string | string[]>>;

/** Returns the client and origin that a registry with these settings sees, for a request from 127.0.0.1 with these headers. */
async function seen(headers: Headers, proxies = 'loopback', publicUrl = '') {
  const { server: settings } = loadSettings({
    REGISTRY_TRUSTED_PROXIES: proxies,
    REGISTRY_PUBLIC_URL: publicUrl,
  });
  const app = express();
  app.use(trustProxies(settings.trustedProxies, settings.publicUrl), (asked, response) => {
    response.json([clientAddress(asked), publicOrigin(asked)]);
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const all = { host: 'direct.test:5000', ...headers };
    request({ port, host: '127.0.0.1', headers: all }, resolve).once('error', reject).end();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  server.close();
  const [client, origin] = JSON.parse(String(Buffer.concat(chunks))) as [string, string];
  return { client, origin };
}

const DIRECT = { client: '127.0.0.1', origin: 'http://direct.test:5000' };

describe('a peer that is not a trusted proxy', () => {
  it.each<[Headers]>([
    [{}],
    [{ 'x-forwarded-for': '6.6.6.6' }],
    [{ 'x-forwarded-for': '127.0.0.1, 10.0.0.1, 6.6.6.6' }],
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.test' }],
    [{ forwarded: 'for=6.6.6.6;proto=https;host=evil.test' }],
    [{ forwarded: 'for="[::1]", for=127.0.0.1' }],
    [{ forwarded: 'for=6.6.6.6', 'x-forwarded-for': '6.6.6.6' }],
  ])('is the client, regardless of its headers: %j', async (headers) => {
    expect(await seen(headers, '')).toEqual(DIRECT);
    expect(await seen(headers, '10.0.0.0/8,6.6.6.6,::1')).toEqual(DIRECT);
  });
});

describe('a trusted proxy', () => {
  const TWO = 'loopback, 10.0.0.0/8, 2001:db8:ffff::/48';

  it.each<[Headers, string]>([
    [{ 'x-forwarded-for': '1.2.3.4' }, '1.2.3.4'],
    [{ 'x-forwarded-for': '6.6.6.6, 1.2.3.4' }, '1.2.3.4'],
    [{ 'x-forwarded-for': ['6.6.6.6', '1.2.3.4'] }, '1.2.3.4'],
    [{ 'x-forwarded-for': '6.6.6.6, 1.2.3.4, 10.0.0.7' }, '1.2.3.4'],
    [{ 'x-forwarded-for': '10.9.9.9, 1.2.3.4, 10.0.0.7' }, '1.2.3.4'],
    [{ 'x-forwarded-for': '10.0.0.8, 10.0.0.7' }, '10.0.0.8'],
    [{ 'x-forwarded-for': '1.2.3.4:5678' }, '1.2.3.4'],
    [{ 'x-forwarded-for': '2001:DB8:0::1' }, '2001:db8::1'],
    [{ 'x-forwarded-for': '[2001:db8::1]:443' }, '2001:db8::1'],
    [{ 'x-forwarded-for': '6.6.6.6, 2001:db8:ffff::9' }, '6.6.6.6'],
    [{ 'x-forwarded-for': '1.2.3.4, ::ffff:10.0.0.7' }, '1.2.3.4'],
    [{ 'x-forwarded-for': '::ffff:1.2.3.4' }, '1.2.3.4'],
    [{ forwarded: 'for=1.2.3.4' }, '1.2.3.4'],
    [{ forwarded: 'For="[2001:db8:cafe::17]:4711"' }, '2001:db8:cafe::17'],
    [{ forwarded: 'for="1.2.3.4:80";by=_x , for=10.0.0.7;proto=http' }, '1.2.3.4'],
    [{ forwarded: ['for=6.6.6.6', 'for=1.2.3.4', 'for=10.0.0.7'] }, '1.2.3.4'],
    [{ forwarded: 'for=1.2.3.4', 'x-forwarded-for': '1.2.3.4' }, '1.2.3.4'],
  ])('reports the client: %j', async (headers, client) => {
    expect((await seen(headers, TWO)).client).toBe(client);
  });

  it.each<[Headers, string]>([
    [{ 'x-forwarded-for': '' }, '127.0.0.1'],
    [{ 'x-forwarded-for': 'unknown' }, '127.0.0.1'],
    [{ 'x-forwarded-for': '1.2.3.4, ' }, '127.0.0.1'],
    [{ 'x-forwarded-for': '1.2.3.4, 999.1.1.1' }, '127.0.0.1'],
    [{ 'x-forwarded-for': '1.2.3.4, 010.0.0.1' }, '127.0.0.1'],
    [{ 'x-forwarded-for': '1.2.3.4, 1' }, '127.0.0.1'],
    [{ 'x-forwarded-for': '6.6.6.6, garbage, 10.0.0.7' }, '10.0.0.7'],
    [{ 'x-forwarded-for': 'fe80::1%eth0' }, '127.0.0.1'],
    [{ 'x-forwarded-for': '[::1' }, '127.0.0.1'],
    [{ 'x-forwarded-for': ','.repeat(5_000) }, '127.0.0.1'],
    [{ forwarded: 'for=_hidden' }, '127.0.0.1'],
    [{ forwarded: 'for=6.6.6.6, for="_hidden:80"' }, '127.0.0.1'],
    [{ forwarded: 'for=6.6.6.6, for=unknown, for=10.0.0.7' }, '10.0.0.7'],
    [{ forwarded: 'for=6.6.6.6, for=2001:db8::1' }, '127.0.0.1'],
    [{ forwarded: 'for="6.6.6.6, for=1.2.3.4' }, '127.0.0.1'],
    [{ forwarded: 'for=6.6.6.6, for="1.2.3.4' }, '127.0.0.1'],
    [{ forwarded: 'for=6.6.6.6;for=7.7.7.7' }, '127.0.0.1'],
    [{ forwarded: 'for=6.6.6.6,' }, '127.0.0.1'],
    [{ forwarded: 'for = 6.6.6.6' }, '127.0.0.1'],
    [{ forwarded: ';' }, '127.0.0.1'],
    [{ forwarded: '__proto__=1' }, '127.0.0.1'],
    [{ forwarded: `for="${'\\'.repeat(9_000)}` }, '127.0.0.1'],
    // The client sent the header that this proxy does not write.
    [{ forwarded: 'for=6.6.6.6', 'x-forwarded-for': '1.2.3.4' }, '127.0.0.1'],
    [{ forwarded: 'for=1.2.3.4', 'x-forwarded-for': '6.6.6.6' }, '127.0.0.1'],
  ])('that reports no valid client is the client: %j', async (headers, client) => {
    expect((await seen(headers, TWO)).client).toBe(client);
  });

  it.each<[Headers, string]>([
    [{ 'x-forwarded-proto': 'https' }, 'https://direct.test:5000'],
    [{ 'x-forwarded-proto': 'HTTPS', 'x-forwarded-host': 'a.test' }, 'https://a.test'],
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.test:443' }, 'https://a.test'],
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': '[::1]:8443' }, 'https://[::1]:8443'],
    [{ forwarded: 'for=1.2.3.4;proto=https;host="a.test:8443"' }, 'https://a.test:8443'],
    [{ forwarded: 'host=evil.test;for=6.6.6.6, host=a.test;for=1.2.3.4' }, 'http://a.test'],
    [
      { 'x-forwarded-for': '6.6.6.6, 1.2.3.4', 'x-forwarded-proto': 'https, http' },
      'http://direct.test:5000',
    ],
    // The outer proxy has TLS. The inner one appended to the addresses and replaced the scheme.
    [
      { 'x-forwarded-for': '1.2.3.4, 10.0.0.7', 'x-forwarded-proto': 'https' },
      'https://direct.test:5000',
    ],
    [
      { 'x-forwarded-for': '1.2.3.4, 10.0.0.7', 'x-forwarded-proto': 'https, http' },
      'https://direct.test:5000',
    ],
    [{ 'x-forwarded-proto': 'gopher', 'x-forwarded-host': 'a/b' }, DIRECT.origin],
    [{ 'x-forwarded-host': 'user@a.test' }, DIRECT.origin],
    [{ 'x-forwarded-host': '256.256.256.256' }, DIRECT.origin],
    [{ 'x-forwarded-host': 'a.test:99999' }, DIRECT.origin],
    [{ 'x-forwarded-proto': 'https', forwarded: 'for=6.6.6.6;host=evil.test' }, DIRECT.origin],
  ])('reports the registry’s public address: %j', async (headers, origin) => {
    expect((await seen(headers, TWO)).origin).toBe(origin);
  });
});

describe('the public URL', () => {
  it('is the origin of every request', async () => {
    const headers = { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.test' };
    const { origin } = await seen(headers, 'loopback', 'HTTPS://Registry.Example.com:443/');
    expect(origin).toBe('https://registry.example.com');
  });

  it.each(['registry.example.com', 'ftp://a.test', 'https://a.test/v2/', 'https://a@b', 'https:a'])(
    'cannot be %s',
    (text) => {
      expect(() => loadSettings({ REGISTRY_PUBLIC_URL: text })).toThrow(/an http or https URL/);
    },
  );
});

describe('the trusted proxies', () => {
  it.each(['10.0.0.0/33', '10.0.0/8', 'proxy.test', '::/129', '10.0.0.1,', 'fe80::1%eth0', '1/'])(
    'cannot be %s',
    (text) => {
      expect(() => loadSettings({ REGISTRY_TRUSTED_PROXIES: text })).toThrow(/addresses and netw/);
    },
  );
});

describe('an address', () => {
  it.each([
    ['::ffff:a00:1', '10.0.0.1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['1.2.3.4', '1.2.3.4'],
    ['[::1]', '::1'],
    ['localhost', undefined],
    ['[1.2.3.4]', '1.2.3.4'],
    ['1.2.3.4:', undefined],
    ['', undefined],
  ])('is parsed from %j as %j', (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });
});
