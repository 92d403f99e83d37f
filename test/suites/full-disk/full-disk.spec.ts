import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { buildImage } from '../../../src/storage/contract/fixtures.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { startServer, type ServerProcess } from '../../support/server-process.js';
import { until } from '../../support/until.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';
import { SmallDisk } from './small-disk.js';

const MIB = 1024 * 1024;
const BASE = '/v2/team/app';

/** Every state of the storage is visible within this time. */
const SHOWN_WITHIN_MS = 15_000;

let disk: SmallDisk | undefined;
let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.stop();
  await disk?.unmount();
  [server, disk] = [undefined, undefined];
});

it.each(['a single POST', 'a closing PUT', 'a streamed PATCH without length'])(
  'a full disk: %s gets 507, nothing is lost or left behind, and pushes work again once there is space',
  async (way) => {
    const { small, registry } = await start('size=24m', '0');
    const kept = randomBytes(2 * MIB);
    await pushBlob(registry, kept);
    await putIndex(registry, 'kept');
    const before = await small.usedBytes();
    const large = randomBytes(40 * MIB);

    const answer = await pushBy(way, registry, large);

    expectFull(answer);
    expect(await readBlob(registry, kept)).toBe(true);
    expect((await call(registry, 'GET', `${BASE}/manifests/kept`)).status).toBe(200);
    expect((await call(registry, 'GET', '/health')).status).toBe(200);
    // A few directories and an empty session may remain, but no bytes.
    expect((await small.usedBytes()) - before).toBeLessThan(256 * 1024);
    await small.remount('size=120m');
    await pushBlob(registry, large);
    expect(await readBlob(registry, large)).toBe(true);
  },
);

it('the health says within 15 seconds that a disk is full, and that it has room again', async () => {
  const { small, registry } = await start('size=24m', '4MiB');
  const kept = randomBytes(2 * MIB);
  await pushBlob(registry, kept);
  expect(await healthWithin(registry, 'ok')).toBeLessThan(SHOWN_WITHIN_MS);
  await small.fill();

  expect(await healthWithin(registry, 'degraded')).toBeLessThan(SHOWN_WITHIN_MS);
  expect((await call(registry, 'GET', '/health/ready?writes')).status).toBe(503);
  expect(await readBlob(registry, kept)).toBe(true);
  await small.remount('size=120m');
  expect(await healthWithin(registry, 'ok')).toBeLessThan(SHOWN_WITHIN_MS);
}, 60_000);

it('the health says within 15 seconds that a disk is mounted read-only', async () => {
  const { small, registry } = await start('size=24m', '0');
  await small.remount('ro');

  expect(await healthWithin(registry, 'degraded')).toBeLessThan(SHOWN_WITHIN_MS);
  await small.remount('rw');
  expect(await healthWithin(registry, 'ok')).toBeLessThan(SHOWN_WITHIN_MS);
}, 60_000);

it('an upload that would use the reserve is refused before its body is requested', async () => {
  const { registry } = await start('size=24m', '16MiB');
  await pushBlob(registry, randomBytes(MIB));
  const { location } = await beginUpload(registry);
  const digest = Digest.of(randomBytes(1));
  const asked = await expectingContinue(registry, `${location}?digest=${digest}`, 10 * MIB);
  expect(asked).toEqual({ status: 507, continued: false });
});

it('no free inodes: a push gets 507, and pushes work again once there are some', async () => {
  const { small, registry } = await start('size=24m,nr_inodes=80', '0');
  const kept = randomBytes(1_000);
  await pushBlob(registry, kept);
  const answers: Answer[] = [];
  for (let count = 0; count < 60; count++) answers.push(await putIndex(registry, `tag-${count}`));
  const refused = answers.find(({ status }) => status !== 201);
  expectFull(refused);
  expect(answers.every(({ status }) => status === 201 || status === 507)).toBe(true);
  expect(await readBlob(registry, kept)).toBe(true);
  for (const [count, { status }] of answers.entries()) {
    const head = await call(registry, 'HEAD', `${BASE}/manifests/tag-${count}`);
    if (status === 201) expect(head.status).toBe(200);
  }
  await small.remount('size=24m,nr_inodes=1000');
  expect((await putIndex(registry, 'again')).status).toBe(201);
});

it('a full disk: tags and manifests can be deleted, so that space can be freed', async () => {
  const { small, registry } = await start('size=24m', '0');
  for (const name of ['one', 'two']) await putIndex(registry, name);
  await small.fill();

  await expectDeleted(registry, 'one');
  const two = await fetch(`${registry.url}${BASE}/manifests/two`);
  await expectDeleted(registry, String(two.headers.get('docker-content-digest')));
  expect((await call(registry, 'HEAD', `${BASE}/manifests/two`)).status).toBe(404);
});

it('a full disk: a mirror passes images on, and stores them again once there is space', async () => {
  const hub = await FakeHub.start();
  const layer = randomBytes(40 * MIB);
  hub.content.add('library/alpine', buildImage([layer]), '3');
  const file = await MirrorsFile.write(
    `mirrors: [{ name: docker.io, url: '${hub.url}', addresses: private }]\n`,
  );
  try {
    const { small, registry } = await start('size=24m', '4MiB', file.environment);
    const path = '/v2/docker.io/library/alpine';
    const pullLayer = async (): Promise<string> => {
      const response = await fetch(`${registry.url}${path}/blobs/${Digest.of(layer)}`);
      return Digest.of(Buffer.from(await response.arrayBuffer())).toString();
    };
    expect((await call(registry, 'GET', `${path}/manifests/3`)).status).toBe(200);
    expect(await pullLayer()).toBe(`${Digest.of(layer)}`);
    await small.fill();
    expect(await pullLayer()).toBe(`${Digest.of(layer)}`);

    await small.remount('size=120m');
    const cdn = hub.requests('cdn');
    await until(async () => {
      const before = cdn.length;
      await pullLayer();
      return cdn.length === before;
      // For ten seconds, nothing is stored.
    }, 30_000);
  } finally {
    await hub.stop();
    await file.remove();
  }
}, 60_000);

it('no free inodes: a tag can be deleted', async () => {
  const { small, registry } = await start('size=24m,nr_inodes=120', '0');
  await putIndex(registry, 'one');
  await small.useInodes();

  await expectDeleted(registry, 'one');
});

it('a read-only file system: a push gets 507, and pushes work again once it is writable', async () => {
  const { small, registry } = await start('size=24m', '0');
  const kept = randomBytes(1_000);
  await pushBlob(registry, kept);
  await putIndex(registry, 'kept');
  await small.remount('ro');
  expectFull(await call(registry, 'POST', `${BASE}/blobs/uploads/`));
  expectFull(await putIndex(registry, 'other'));
  expectFull(await call(registry, 'DELETE', `${BASE}/manifests/kept`));
  expect(await readBlob(registry, kept)).toBe(true);
  await small.remount('rw');
  expect((await putIndex(registry, 'other')).status).toBe(201);
  await pushBlob(registry, randomBytes(1_000));
});

it('a file system without hard links is reported at the start', async () => {
  const exfat = await SmallDisk.mountExfat();
  disk = exfat;
  await expect(startServer({ driver: 'filesystem', storagePath: exfat.path })).rejects.toThrow(
    `${exfat.path} is on a file system without hard links`,
  );
  expect(await readdir(exfat.path)).toEqual([]);
  // A store that was copied to this file system.
  await writeFile(join(exfat.path, 'format'), 'berth 1\n');
  await expect(startServer({ driver: 'filesystem', storagePath: exfat.path })).rejects.toThrow(
    'without hard links',
  );
  expect(await readdir(exfat.path)).toEqual(['format']);
});

async function expectDeleted(registry: ServerProcess, reference: string): Promise<void> {
  const path = `${BASE}/manifests/${reference}`;
  expect((await call(registry, 'DELETE', path)).status).toBe(202);
  expect((await call(registry, 'HEAD', path)).status).toBe(404);
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function start(
  mountOptions: string,
  minFree: string,
  more: Readonly<Record<string, string>> = {},
): Promise<{ small: SmallDisk; registry: ServerProcess }> {
  const small = await SmallDisk.mount(mountOptions);
  disk = small;
  const environment = { REGISTRY_STORAGE_MIN_FREE: minFree, ...more };
  const registry = await startServer({
    driver: 'filesystem',
    storagePath: small.path,
    environment,
  });
  server = registry;
  return { small, registry };
}

function expectFull(answer: Answer | undefined): void {
  expect(answer?.status).toBe(507);
  const { errors } = JSON.parse(answer?.body ?? '') as { errors: { code: string }[] };
  expect(errors).toMatchObject([{ code: 'DENIED' }]);
  expect(answer?.body).not.toContain(disk?.path ?? '/');
}

async function call(
  { url }: ServerProcess,
  method: string,
  path: string,
  body?: RequestInit['body'],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const streamed = body instanceof ReadableStream ? { duplex: 'half' as const } : {};
  const response = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body && { body }),
    ...streamed,
  });
  return { status: response.status, body: await response.text() };
}

async function beginUpload({ url }: ServerProcess): Promise<{ location: string }> {
  const response = await fetch(`${url}${BASE}/blobs/uploads/`, { method: 'POST' });
  return { location: String(response.headers.get('location')) };
}

async function pushBy(way: string, registry: ServerProcess, bytes: Buffer): Promise<Answer> {
  const digest = Digest.of(bytes);
  const body = new Uint8Array(bytes);
  if (way === 'a single POST') {
    return call(registry, 'POST', `${BASE}/blobs/uploads/?digest=${digest}`, body);
  }
  const { location } = await beginUpload(registry);
  if (way === 'a closing PUT') return call(registry, 'PUT', `${location}?digest=${digest}`, body);
  return call(registry, 'PATCH', location, new Blob([body]).stream());
}

async function pushBlob(registry: ServerProcess, bytes: Buffer): Promise<void> {
  const answer = await pushBy('a single POST', registry, bytes);
  expect(answer).toMatchObject({ status: 201 });
}

async function readBlob({ url }: ServerProcess, bytes: Buffer): Promise<boolean> {
  const response = await fetch(`${url}${BASE}/blobs/${Digest.of(bytes)}`);
  return response.status === 200 && Buffer.from(await response.arrayBuffer()).equals(bytes);
}

function putIndex(registry: ServerProcess, tag: string): Promise<Answer> {
  const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], annotations: { tag } };
  const headers = { 'Content-Type': OCI_INDEX };
  return call(registry, 'PUT', `${BASE}/manifests/${tag}`, JSON.stringify(index), headers);
}

async function expectingContinue(
  { url }: ServerProcess,
  path: string,
  length: number,
): Promise<{ status: number | undefined; continued: boolean }> {
  const headers = { Expect: '100-continue', 'Content-Length': String(length) };
  const outgoing = request(`${url}${path}`, { method: 'PUT', headers });
  let continued = false;
  outgoing.on('continue', () => (continued = true));
  outgoing.flushHeaders();
  const [response] = (await once(outgoing, 'response')) as [
    { statusCode?: number; resume(): void },
  ];
  response.resume();
  outgoing.destroy();
  return { status: response.statusCode, continued };
}

/** Resolves to after how many milliseconds the health had the status, or to `Infinity` if it did not in time. */
async function healthWithin(registry: ServerProcess, status: string): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < 2 * SHOWN_WITHIN_MS) {
    const response = await fetch(`${registry.url}/health/ready`);
    if (((await response.json()) as { status: string }).status === status) {
      return performance.now() - begin;
    }
    await sleep(200);
  }
  return Infinity;
}
