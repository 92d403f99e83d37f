import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IncomingHttpHeaders } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  freePort,
  PROJECT_ROOT,
  startServer,
  type ServerProcess,
} from '../../support/server-process.js';
import { execute } from './command.js';
import { Nginx } from './nginx.js';

const BYTES = randomBytes(3_000_000);
const DIGEST = Digest.of(BYTES).toString();
const BLOB = `/v2/team/app/blobs/${DIGEST}`;
const LOGIN = `Basic ${Buffer.from('alice:secret-of-alice').toString('base64')}`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let folder: string;
let server: ServerProcess;
let proxy: Nginx;
let port: number;
let ca: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-delivery-'));
  const berth = join(PROJECT_ROOT, 'dist/main.js');
  const users = join(folder, 'users');
  const run = (args: readonly string[], input = '') =>
    execute(process.execPath, [berth, ...args], { cwd: folder, env: {}, input });
  await run(['user', 'add', 'alice', '--file', users], 'secret-of-alice\n');
  await run(['tls', 'dev', '--out', join(folder, 'tls')]);
  ca = await readFile(join(folder, 'tls/ca.crt'));
  server = await startServer({
    driver: 'filesystem',
    storagePath: join(folder, 'data'),
    environment: {
      REGISTRY_BLOB_DELIVERY: 'x-accel',
      REGISTRY_TRUSTED_PROXIES: 'loopback',
      REGISTRY_USERS_FILE: users,
      REGISTRY_CORS_ORIGINS: 'https://ui.example.com',
    },
  });
  port = await freePort();
  proxy = await Nginx.start(join(folder, 'nginx'), port, await configuration());
  const path = `/v2/team/app/blobs/uploads/?digest=${DIGEST}`;
  expect((await ask('POST', path, { Authorization: LOGIN }, BYTES)).status).toBe(201);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Returns the shipped file with ports and paths of this machine instead of the container's. */
async function configuration(): Promise<string> {
  const shipped = await readFile(join(PROJECT_ROOT, 'examples/nginx/berth.conf'), 'utf8');
  return (
    shipped
      .replace('listen 5443', `listen ${port}`)
      .replaceAll('/tls/', `${folder}/tls/`)
      .replace('alias /data/', `alias ${folder}/data/`)
      .replace('http://registry:5000', server.url)
      // Debian's nginx is too old for this directive.
      .replace('http2 on;', '')
  );
}

function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, ca, host: 'localhost', port, path };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    sent.once('error', reject).end(body);
  });
}

describe('blobs sent by nginx', () => {
  it('are complete and have the headers of the registry', async () => {
    const { status, headers, body } = await ask('GET', BLOB, { Authorization: LOGIN });
    expect(status).toBe(200);
    expect(body.equals(BYTES)).toBe(true);
    expect(headers).toMatchObject({
      etag: `"${DIGEST}"`,
      'docker-content-digest': DIGEST,
      'content-length': String(BYTES.byteLength),
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
    });
    expect(headers).not.toHaveProperty('x-accel-redirect');
  });

  it('can be read by pages of listed origins', async () => {
    const Origin = 'https://ui.example.com';
    const { status, headers } = await ask('GET', BLOB, { Authorization: LOGIN, Origin });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': Origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': expect.stringContaining('Docker-Content-Digest'),
      vary: 'Origin',
    });
    const others = await ask('GET', BLOB, { Authorization: LOGIN });
    expect(Object.keys(others.headers).filter((name) => name.startsWith('access-'))).toEqual([]);
    expect(others.headers).toMatchObject({ vary: 'Origin' });
  });

  it('support ranges and conditional requests', async () => {
    const range = await ask('GET', BLOB, { Authorization: LOGIN, Range: 'bytes=1000-1999' });
    expect(range.status).toBe(206);
    expect(range.body.equals(BYTES.subarray(1_000, 2_000))).toBe(true);
    const known = await ask('GET', BLOB, { Authorization: LOGIN, 'If-None-Match': `"${DIGEST}"` });
    expect(known.status).toBe(304);
    const head = await ask('HEAD', BLOB, { Authorization: LOGIN });
    expect(head.headers['content-length']).toBe(String(BYTES.byteLength));
  });

  it('are not sent without the right to pull, or by the path of a file', async () => {
    expect((await ask('GET', BLOB)).status).toBe(401);
    const file = `repositories/team+app/blobs/sha256/${DIGEST.slice('sha256:'.length)}`;
    for (const path of [
      `/_berth/${file}`,
      '/_berth/',
      '/_berth/auth/keys',
      '/_berth/../_berth/x',
    ]) {
      for (const headers of [{}, { Authorization: LOGIN }, { 'X-Accel-Redirect': path }]) {
        expect((await ask('GET', path, headers)).status).toBe(404);
      }
    }
  });

  it('get 404 if they do not exist', async () => {
    const other = BLOB.replace(/[0-9a-f]{8}$/, '00000000');
    const { status, body } = await ask('GET', other, { Authorization: LOGIN });
    expect(status).toBe(404);
    expect(JSON.parse(body.toString())).toMatchObject({ errors: [{ code: 'BLOB_UNKNOWN' }] });
  });
});
