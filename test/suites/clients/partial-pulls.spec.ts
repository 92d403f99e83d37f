import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CountingProxy } from '../../support/counting-proxy.js';
import { useBench } from './bench.js';
import { ContainerStorage } from './container-storage.js';
import { fingerprint } from './files.js';

const CHANGED_FILES = 400;
const FLAGS = ['--tls-verify=false', '--quiet'];

const bench = useBench();

/** Writes small files of which each version has its own, alternating with larger ones that all versions have. */
async function writeVersion(version: string): Promise<string> {
  const folder = bench().path('files', version, 'data');
  await mkdir(folder, { recursive: true });
  for (let n = 0; n < CHANGED_FILES; n++) {
    await writeFile(join(folder, `${n}-changed`), incompressible(`${version} ${n}`, 256));
    await writeFile(join(folder, `${n}-same`), incompressible(`same ${n}`, 16_384));
  }
  return folder;
}

function incompressible(seed: string, length: number): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest();
}

async function push(storage: ContainerStorage, version: string): Promise<string> {
  const folder = await writeVersion(version);
  const image = `${bench().host}/team/app:${version}`;
  await storage.run(
    'podman',
    'build',
    '-q',
    '-t',
    image,
    '-f',
    bench().path('Containerfile'),
    folder,
  );
  await storage.run('podman', 'push', ...FLAGS, '--compression-format', 'zstd:chunked', image);
  return folder;
}

beforeAll(async () => {
  await writeFile(bench().path('Containerfile'), 'FROM scratch\nCOPY . /data/\n');
});

describe('podman with partial pulls', () => {
  it('fetches only the changed files of a new version, each as a range', async () => {
    const builder = await ContainerStorage.create(bench(), 'builder');
    await push(builder, 'v1');
    const files = await push(builder, 'v2');
    const layer = (await bench().api.manifest('team/app', 'v2')).body.layers?.[0];
    if (layer === undefined) throw new Error('The image has no layer.');

    const proxy = await CountingProxy.start(`http://${bench().host}`);
    bench().beforeStop(() => proxy.stop());
    const storage = await ContainerStorage.create(bench(), 'partial', { partialPulls: true });
    await storage.run('podman', 'pull', ...FLAGS, `${proxy.host}/team/app:v1`);
    await storage.run('podman', 'pull', ...FLAGS, `${proxy.host}/team/app:v2`);

    const responses = proxy.take().filter(({ path }) => path.endsWith(layer.digest));
    const bytes = responses.reduce((sum, response) => sum + response.bytes, 0);
    expect(responses.map(({ status }) => status)).toEqual([206, 206]);
    expect(responses[1]?.ranges).toBeGreaterThanOrEqual(CHANGED_FILES);
    expect(bytes).toBeLessThan(layer.size / 10);
    const mounted = await storage.run('podman', 'image', 'mount', `${proxy.host}/team/app:v2`);
    expect(await fingerprint(join(mounted, 'data'))).toEqual(await fingerprint(files));
  });
});
