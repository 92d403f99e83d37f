import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { asBytes, TestRegistry } from '../../support/registry.js';
import { CertificateFiles } from './certificate-files.js';
import { TlsClient } from './tls-client.js';

let files: CertificateFiles;
let registry: TestRegistry;
const clients: TlsClient[] = [];

async function connect(): Promise<TlsClient> {
  const client = await TlsClient.connect(registry.port, { ca: files.ca });
  clients.push(client);
  return client;
}

/** Sends `text`, and resolves to everything received until the connection ends. */
async function say(text: string): Promise<string> {
  const client = await connect();
  client.send(text);
  return client.end();
}

beforeAll(async () => {
  files = await CertificateFiles.make('localhost', '127.0.0.1');
  registry = await TestRegistry.start({ ...files.environment, REGISTRY_IDLE_TIMEOUT: '1s' });
});
afterEach(() => clients.splice(0).forEach(({ socket }) => socket.destroy()));
afterAll(async () => {
  await registry.stop();
  await files.remove();
});

describe('a registry with a certificate', () => {
  it('serves a push and a pull', async () => {
    const bytes = randomBytes(3 * 1024 * 1024);
    const digest = Digest.of(bytes);
    const client = registry.http;
    await client
      .post(`/v2/team/app/blobs/uploads/?digest=${digest}`)
      .ca(files.ca)
      .set('Content-Type', 'application/octet-stream')
      .send(bytes)
      .expect(201)
      .expect('Location', `/v2/team/app/blobs/${digest}`);
    const { body } = (await client
      .get(`/v2/team/app/blobs/${digest}`)
      .ca(files.ca)
      .buffer(true)
      .parse(asBytes)
      .expect(200)) as { body: Buffer };
    expect(body.equals(bytes)).toBe(true);
  });

  it('speaks HTTP/1.1 and TLS 1.3 or 1.2', async () => {
    const options = { ca: files.ca, ALPNProtocols: ['h2', 'http/1.1'] };
    const newest = await TlsClient.connect(registry.port, options);
    const older = await TlsClient.connect(registry.port, { ...options, maxVersion: 'TLSv1.2' });
    clients.push(newest, older);
    expect(
      [newest, older].map(({ socket }) => [socket.getProtocol(), socket.alpnProtocol]),
    ).toEqual([
      ['TLSv1.3', 'http/1.1'],
      ['TLSv1.2', 'http/1.1'],
    ]);
  });

  it.each(['TLSv1.1', 'TLSv1'] as const)('refuses %s', async (version) => {
    const options = { ca: files.ca, minVersion: version, maxVersion: version };
    // Node's default ciphers do not allow such old versions.
    const ciphers = 'DEFAULT@SECLEVEL=0';
    await expect(TlsClient.connect(registry.port, { ...options, ciphers })).rejects.toMatchObject({
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    });
  });

  it('tells a client that speaks plain HTTP to use https', async () => {
    const socket = connectPlain(registry.port, '127.0.0.1').setEncoding('latin1');
    let answer = '';
    socket.on('data', (text: string) => (answer += text));
    socket.end('GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('this registry speaks TLS: use https');
  });

  it.each(['SSH-2.0-OpenSSH_9.2\r\n', '\x16\x03\x01\x00\x05hello', ''])(
    'disconnects a client that sends %j, and continues to serve',
    async (text) => {
      const socket = connectPlain(registry.port, '127.0.0.1').on('error', () => undefined);
      socket.resume().end(text);
      await once(socket, 'close');
      await registry.http.get('/v2/').ca(files.ca).expect(200);
    },
  );
});

describe('a registry over TLS', () => {
  it('answers the requests of one connection in order', async () => {
    const get = (path: string, rest = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${rest}\r\n`;
    const answers = await say(get('/v2/') + get('/nowhere') + get('/v2/', 'Connection: close\r\n'));
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '404',
      '200',
    ]);
  });

  it.each([
    ['two hosts', 'GET /v2/ HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n', 400],
    ['no host', 'GET /v2/ HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['something other than HTTP', 'what\r\n\r\n', 400],
    ['long headers', `GET /v2/ HTTP/1.1\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
    ['an expectation', 'GET /v2/ HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n', 417],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n', 405],
  ])('answers %s with the error JSON', async (_what, text, status) => {
    const answer = await say(text);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('{"errors":[{"code":"');
  });

  it('takes a target in the absolute form as its path', async () => {
    const text = 'GET https://x/v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    expect(await say(text)).toContain('HTTP/1.1 200 OK');
  });

  it('sends 100 Continue only if it accepts the body', async () => {
    const ask = (path: string, length: number) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n` +
      'Content-Type: application/octet-stream\r\nConnection: close\r\n\r\n';
    const bytes = Buffer.from('a blob');
    const wanted = await connect();
    wanted.send(ask(`/v2/team/asked/blobs/uploads/?digest=${Digest.of(bytes)}`, bytes.length));
    await wanted.until(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    wanted.send(bytes);
    expect(await wanted.end()).toContain('HTTP/1.1 201 Created');
    const refused = await say(ask('/v2/NO-NAME/blobs/uploads/', 100));
    expect(refused).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('closes an idle connection', async () => {
    const slow = await connect();
    slow.send('GET /v2/ HTTP/1.1\r\nHo');
    const silent = connectPlain(registry.port, '127.0.0.1').on('error', () => undefined);
    silent.resume();
    await Promise.all([slow.end(), once(silent, 'close')]);
  });
});
