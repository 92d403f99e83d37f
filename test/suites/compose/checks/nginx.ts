import { equal, match } from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join, resolve } from 'node:path';
import type { Check } from '../check.ts';
import { docker } from '../command.ts';
import { IMAGE, Stack } from '../stack.ts';
import type { Place } from './folders.ts';

const BYTES = randomBytes(5_000_000);
const DIGEST = `sha256:${createHash('sha256').update(BYTES).digest('hex')}`;
const BLOB = `/v2/team/app/blobs/${DIGEST}`;

/** Checks the profile of the compose file with nginx in front, which sends the blobs. */
export function nginxChecks({ folder, port, tlsPort }: Place & { tlsPort: number }): Check[] {
  const files = join(folder, 'nginx');
  let stack: Stack;
  const ask = (method: string, path: string, body?: Buffer) =>
    answerOf(`https://127.0.0.1:${tlsPort}${path}`, method, body);
  return [
    {
      name: 'nginx: the profile comes up, with a certificate of berth tls dev',
      run: async () => {
        await mkdir(files);
        const made = ['-v', `${files}:/files`, '--user', '0', IMAGE, 'node', 'dist/main.js'];
        await docker('run', '--rm', ...made, 'tls', 'dev', '--out', '/files/tls');
        const profile = { name: 'nginx', lines: await overrideFile(files, port, tlsPort) };
        const environment = { REGISTRY_BLOB_DELIVERY: 'x-accel' };
        stack = await Stack.create({ name: 'berth-nginx', folder, port, environment, profile });
        await stack.up();
      },
    },
    {
      name: 'nginx: a layer above nginx’s default limit is pushed, and nginx serves the file',
      run: async () => {
        const pushed = await ask('POST', `/v2/team/app/blobs/uploads/?digest=${DIGEST}`, BYTES);
        equal(pushed.status, 201);
        const pulled = await ask('GET', BLOB);
        equal(pulled.status, 200);
        equal(BYTES.equals(pulled.body), true);
        // The registry itself responds with the header and sends no bytes.
        const own = await fetch(`${stack.url}${BLOB}`);
        match(own.headers.get('x-accel-redirect') ?? '', /^\/_berth\//);
        equal((await own.arrayBuffer()).byteLength, 0);
      },
    },
    {
      name: 'nginx: a file cannot be requested by its path',
      run: async () => {
        const own = await fetch(`${stack.url}${BLOB}`);
        const path = own.headers.get('x-accel-redirect') ?? '';
        equal((await ask('GET', path)).status, 404);
        equal((await ask('GET', '/_berth/')).status, 404);
      },
    },
    { name: 'nginx: goes', run: () => stack.down() },
  ];
}

/** Writes the shipped file with the test's ports for the host's network, and the override that mounts it. */
async function overrideFile(files: string, port: number, tlsPort: number): Promise<string[]> {
  const shipped = await readFile('examples/nginx/berth.conf', 'utf8');
  const path = join(files, 'berth.conf');
  const changed = shipped
    .replace('listen 5443', `listen ${tlsPort}`)
    .replace('registry:5000', `127.0.0.1:${port}`);
  await writeFile(path, changed);
  return [
    '  nginx:',
    '    network_mode: host',
    '    ports: !reset []',
    '    volumes: !override',
    `      - ${resolve(path)}:/etc/nginx/conf.d/default.conf:ro`,
    `      - ${resolve(files, 'tls')}:/tls:ro`,
    '      - registry-data:/data:ro',
  ];
}

/** Sends a request that ignores the certificate, whose CA only this test knows. */
function answerOf(
  url: string,
  method: string,
  body?: Buffer,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((done, fail) => {
    const sent = request(url, { method, rejectUnauthorized: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }),
      );
    });
    sent.once('error', fail).end(body);
  });
}
