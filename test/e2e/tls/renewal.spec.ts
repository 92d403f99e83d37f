import { randomBytes } from 'node:crypto';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { pause } from '../../../src/storage/contract/fixtures.js';
import { TestRegistry, WATCH_EVERY_MS } from '../../support/registry.js';
import { CertificateFiles } from './certificate-files.js';
import { LogLines } from './log-lines.js';
import { TlsClient } from './tls-client.js';

let files: CertificateFiles;
let log: LogLines;
const running: TestRegistry[] = [];
beforeEach(async () => {
  files = await CertificateFiles.make('localhost', '127.0.0.1');
  log = new LogLines();
});
afterEach(async () => {
  for (const registry of running.splice(0)) await registry.stop();
  await files.remove();
});

async function start(environment = files.environment): Promise<TestRegistry> {
  const started = await TestRegistry.start(environment, {}, log);
  running.push(started);
  return started;
}

/** Resolves to the names in the certificate that a new connection gets. */
async function namesSeen({ port }: TestRegistry): Promise<string | undefined> {
  const { socket } = await TlsClient.connect(port, { ca: files.ca });
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

describe('a certificate whose files change', () => {
  it('is used for new connections, while a running push and pull continue', async () => {
    const registry = await start();
    const { http, port } = registry;
    const [pulled, pushed] = [randomBytes(24 * 1024 * 1024), randomBytes(4 * 1024 * 1024)];
    await http
      .post(`/v2/team/app/blobs/uploads/?digest=${Digest.of(pulled)}`)
      .ca(files.ca)
      .set('Content-Type', 'application/octet-stream')
      .send(pulled)
      .expect(201);
    const puller = await TlsClient.connect(port, { ca: files.ca });
    puller.send(`GET /v2/team/app/blobs/${Digest.of(pulled)} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await puller.until(/\r\n\r\n/);
    puller.socket.pause();
    const pusher = await TlsClient.connect(port, { ca: files.ca });
    pusher.send(
      `POST /v2/team/app/blobs/uploads/?digest=${Digest.of(pushed)} HTTP/1.1\r\nHost: x\r\n` +
        `Content-Type: application/octet-stream\r\nContent-Length: ${pushed.byteLength}\r\n\r\n`,
    );
    pusher.send(pushed.subarray(0, 1_000_000));

    await files.replace(await files.server('localhost', 'renewed.test'));
    await log.until(/^log certificate .* for localhost, renewed\.test, until /);
    expect(await namesSeen(registry)).toBe('DNS:localhost, DNS:renewed.test');

    pusher.send(pushed.subarray(1_000_000));
    await pusher.until(/HTTP\/1\.1 201 Created/);
    puller.socket.resume();
    expect((await puller.untilBody(pulled.byteLength)).equals(pulled)).toBe(true);
    // Both connections accept further requests.
    for (const { socket } of [puller, pusher]) expect(socket.destroyed).toBe(false);
    pusher.send('GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await pusher.end()).toMatch(/HTTP\/1\.1 200 OK/);
    puller.socket.destroy();
  });

  it('is found when symbolic links are exchanged, as Kubernetes does', async () => {
    const put = async (version: string, ...hosts: string[]): Promise<void> => {
      const { certificate, key } = await files.server(...hosts);
      await mkdir(files.path(version));
      await writeFile(files.path(`${version}/tls.crt`), certificate);
      await writeFile(files.path(`${version}/tls.key`), key);
      await symlink(version, files.path('..data_tmp'));
      await rename(files.path('..data_tmp'), files.path('..data'));
    };
    await put('..1', 'localhost');
    await symlink('..data/tls.crt', files.path('tls.crt'));
    await symlink('..data/tls.key', files.path('tls.key'));
    const registry = await start({
      ...files.environment,
      REGISTRY_TLS_CERT: files.path('tls.crt'),
      REGISTRY_TLS_KEY: files.path('tls.key'),
    });
    await put('..2', 'localhost', 'second.test');
    await log.until(/^log certificate .* second\.test, until /);
    expect(await namesSeen(registry)).toContain('second.test');
  });

  it.each([
    ['is broken', async () => files.write('server.crt', 'no certificate'), /holds no certificate/],
    [
      'does not match its key',
      async () => files.write('server.key', (await files.server('x')).key),
      /is not the key of the first certificate/,
    ],
    ['is gone', async () => rename(files.path('server.key'), files.path('x')), /does not exist/],
  ])('stays the last valid one when the new one %s', async (_what, breakIt, complaint) => {
    const registry = await start();
    const good = await namesSeen(registry);
    await breakIt();
    const line = await log.until(complaint);
    expect(line).toMatch(/^error REGISTRY_TLS_\w+: .*; the previous certificate stays in use$/);
    expect(await namesSeen(registry)).toBe(good);
    await pause(10 * WATCH_EVERY_MS);
    expect(log.lines.filter((said) => complaint.test(said))).toHaveLength(1);

    await files.replace(await files.server('localhost', 'repaired.test'));
    await log.until(/^log certificate .* repaired\.test, until /);
    expect(await namesSeen(registry)).toContain('repaired.test');
  });

  it('is reported with a warning when it has expired', async () => {
    await files.replace(await files.expired('localhost'));
    await start();
    await log.until(/^warn certificate .* for localhost, until .*: clients will refuse it$/);
  });
});

describe('a registry that requires client certificates', () => {
  const status = (port: number, options: object): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const agent = new Agent();
      const all = { host: 'localhost', port, path: '/v2/', ca: files.ca, agent, ...options };
      request(all, (response) => {
        response.resume();
        agent.destroy();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });

  it('serves only clients whose certificate its CA signed', async () => {
    const other = await CertificateFiles.make('localhost');
    const environment = { ...files.environment, REGISTRY_TLS_CLIENT_CA: files.path('ca.crt') };
    const { port } = await start(environment);
    const { certificate: cert, key } = await files.client();
    expect(await status(port, { cert, key })).toBe(200);
    await expect(status(port, {})).rejects.toThrow();
    await log.until(/^log handshake with .*127\.0\.0\.1 failed: the client showed no certificate$/);
    const foreign = await other.client();
    await expect(status(port, { cert: foreign.certificate, key: foreign.key })).rejects.toThrow();
    await log.until(/^log handshake with .* failed: its certificate is refused \([A-Z_]+\)$/);
    await other.remove();
  });

  it('ends connections of clients when the CA changes, after their requests in progress', async () => {
    const other = await CertificateFiles.make('localhost');
    const environment = { ...files.environment, REGISTRY_TLS_CLIENT_CA: files.path('ca.crt') };
    const registry = await start(environment);
    const { certificate: cert, key } = await files.client();
    const options = { cert, key, ca: files.ca };
    const [idle, busy] = [
      await TlsClient.connect(registry.port, options),
      await TlsClient.connect(registry.port, options),
    ];
    idle.send('GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n');
    await idle.until(/HTTP\/1\.1 200 OK/);
    const digest = Digest.of(Buffer.from('hello'));
    const path = `/v2/team/app/blobs/uploads/?digest=${digest}`;
    busy.send(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel`);
    await pause(100);

    await files.write('ca.crt', other.ca);
    await idle.end();
    busy.send('lo');
    await busy.until(/HTTP\/1\.1 201 Created/);
    busy.send('GET /v2/ HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await busy.end()).not.toContain('200 OK');
    await other.remove();
  });
});
