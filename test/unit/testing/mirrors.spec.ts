import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from '@jest/globals';

import {
  createTestRegistry,
  image,
  index,
  type MirrorOptions,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../src/exports/testing.js';
import { useClosing } from '../../support/closing.js';

const closeAfterTest = useClosing();

async function start(options?: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await createTestRegistry(options);
  closeAfterTest(() => registry.close());
  return registry;
}

const ALPINE = image({ layers: [{ 'etc/motd': 'hello' }] });
const HUB = { name: 'docker.io', url: 'https://registry-1.docker.io' } as const;

let folder: string;
/** The other registry, in place of Docker Hub. */
let upstream: TestRegistry;
let mirrors: readonly MirrorOptions[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-kit-'));
  closeAfterTest(() => rm(folder, { recursive: true, force: true }));
  upstream = await start();
  await upstream.push('library/alpine:3', ALPINE);
  mirrors = [{ ...HUB, url: upstream.url, library: true, addresses: 'private' }];
});

async function statusOf(registry: TestRegistry, path: string): Promise<number> {
  const response = await fetch(`${registry.url}/v2/docker.io/${path}`);
  await response.arrayBuffer();
  return response.status;
}

describe('a test registry with mirrors', () => {
  it('gives clients the images of another registry', async () => {
    const registry = await start({ mirrors });

    const response = await fetch(`${registry.url}/v2/docker.io/alpine/manifests/3`);

    expect(response.headers.get('docker-content-digest')).toBe(ALPINE.descriptor.digest);
    expect(await registry.tags('docker.io/library/alpine')).toEqual(['3']);
  });

  it('pulls an image of another registry by its name there', async () => {
    const registry = await start({ mirrors });

    expect(await registry.has('docker.io/library/alpine:3')).toBe(false);
    expect(await registry.pull('docker.io/library/alpine:3')).toEqual(ALPINE);
    expect(await registry.has('docker.io/alpine:3')).toBe(true);
    expect(await registry.files('docker.io/alpine:3')).toEqual({ 'etc/motd': 'hello' });
    await expect(registry.pull('quay.io/library/alpine:3')).rejects.toThrow('names the host');
  });

  it('serves from its directory without the other registry what it has fetched once', async () => {
    const online = await createTestRegistry({ mirrors, storage: folder });
    await online.pull('docker.io/library/alpine:3');
    await online.close();
    await upstream.close();

    const registry = await start({ mirrors: [HUB], storage: folder, offline: true });

    expect(await registry.pull('docker.io/library/alpine:3')).toEqual(ALPINE);
    const layer = ALPINE.layers[0]?.digest ?? '';
    expect(await statusOf(registry, 'library/alpine/manifests/3')).toBe(200);
    expect(await statusOf(registry, `alpine/blobs/${layer}`)).toBe(200);
    expect(await statusOf(registry, 'library/alpine/manifests/4')).toBe(404);
  });

  it('never asks another registry while it is offline', async () => {
    const registry = await start({ mirrors, offline: true });

    expect(await statusOf(registry, 'library/alpine/manifests/3')).toBe(404);
    await expect(registry.pull('docker.io/library/alpine:3')).rejects.toThrow(
      'docker.io/library/alpine does not have the tag 3; it has no tags',
    );

    expect(upstream.requests).toEqual([]);
  });

  it('gives one platform of an index offline, if the others were never pulled', async () => {
    const arm64 = image({ platform: { os: 'linux', architecture: 'arm64' } });
    await upstream.push('library/multi:1', index([ALPINE, arm64]));
    const multi = 'docker.io/library/multi:1';
    const platform = { platform: 'linux/amd64' };
    const online = await createTestRegistry({ mirrors, storage: folder });
    await online.files(multi, platform);
    await online.close();

    const registry = await start({ mirrors, storage: folder, offline: true });

    expect(await registry.files(multi, platform)).toEqual({ 'etc/motd': 'hello' });
    await expect(registry.files(multi, { platform: 'linux/arm64' })).rejects.toThrow(
      'docker.io/library/multi does not have sha256:',
    );
  });

  it('takes an image for a mirror by push, without the other registry', async () => {
    const registry = await start({ mirrors: [HUB], offline: true });

    await registry.push('docker.io/library/alpine:edge', ALPINE);

    expect(await statusOf(registry, 'alpine/manifests/edge')).toBe(200);
  });

  it('gives the image of the other registry instead of a pushed one, unless it is offline', async () => {
    const digestIn = async (registry: TestRegistry): Promise<string | null> => {
      const path = 'v2/docker.io/alpine/manifests/3';
      const response = await fetch(`${registry.url}/${path}`);
      return response.headers.get('docker-content-digest');
    };
    const pushed = image({ layers: [{ 'etc/motd': 'another' }] });
    const online = await start({ mirrors });
    const offline = await start({ mirrors, offline: true });
    for (const registry of [online, offline])
      await registry.push('docker.io/library/alpine:3', pushed);

    expect(await digestIn(online)).toBe(ALPINE.descriptor.digest);
    expect(await digestIn(offline)).toBe(pushed.descriptor.digest);
  });

  it('reads the mirrors of a file, and can keep them offline, too', async () => {
    const file = join(folder, 'mirrors.yaml');
    await writeFile(file, `mirrors: ${JSON.stringify(mirrors)}`);

    const online = await start({ mirrors: file });
    const offline = await start({ mirrors: file, offline: true });

    expect(await statusOf(online, 'alpine/manifests/3')).toBe(200);
    expect(await statusOf(offline, 'alpine/manifests/3')).toBe(404);
  });

  it('keeps a file of the settings offline', async () => {
    const file = join(folder, 'mirrors.yaml');
    await writeFile(file, `mirrors: ${JSON.stringify(mirrors)}`);

    const registry = await start({ settings: { REGISTRY_MIRRORS_FILE: file }, offline: true });

    expect(await statusOf(registry, 'alpine/manifests/3')).toBe(404);
  });

  it('passes on the failure of the other registry', async () => {
    const registry = await start({ mirrors });
    upstream.fault({ status: 500 });

    await expect(registry.pull('docker.io/library/alpine:3')).rejects.toMatchObject({
      kind: 'upstream-unavailable',
    });
  });
});

describe('a directory', () => {
  it('keeps pushed images for the next registry', async () => {
    const first = await createTestRegistry({ storage: folder });
    await first.push('team/app:1.0', image());
    await first.close();

    const next = await start({ storage: folder });

    expect(await next.pull('team/app:1.0')).toEqual(image());
  });

  it('keeps its content at a reset, which forgets faults and requests', async () => {
    const registry = await start({ storage: folder });
    await registry.push('team/app:1.0', image());
    registry.fault({ status: 503 });
    await fetch(`${registry.url}/v2/`);

    await registry.reset();

    expect(registry.requests).toEqual([]);
    expect(await registry.has('team/app:1.0')).toBe(true);
    expect((await fetch(`${registry.url}/v2/team/app/tags/list`)).status).toBe(200);
  });

  it('is used by several registries at once', async () => {
    const [one, other] = [await start({ storage: folder }), await start({ storage: folder })];

    await one.push('team/app:1.0', image());

    expect(await other.has('team/app:1.0')).toBe(true);
  });
});

describe('a mistake in the mirrors', () => {
  it.each<[string, unknown, string]>([
    ['a number', 5, 'mirrors of createTestRegistry is 5; allowed: a list of mirrors'],
    ['a list of texts', ['docker.io'], "is [ 'docker.io' ]; allowed: a list of mirrors"],
    ['an empty list', [], 'mirrors must not be empty'],
    ['a missing URL', [{ name: 'docker.io' }], 'mirrors[0]: a mirror needs "url"'],
    ['another key', [HUB, { ...HUB, name: 'x.io', uri: 'x' }], 'mirrors[1]: unknown key "uri" in'],
    ['a bad value', [{ ...HUB, url: 'ftp://x' }], 'mirrors[0]: url must begin with https:// or'],
    ['a bad type', [{ ...HUB, offline: 3 }], 'mirrors[0]: offline is "3"; allowed: '],
    ['a name twice', [HUB, HUB], 'mirrors[1]: another mirror has the name docker.io already'],
    ['two mistakes', [{ ...HUB, fresh: 'x' }, { name: 'x.io' }], 'needs "url"'],
  ])('is a TypeError that says where and why: %s', async (_, given, message) => {
    const options = { mirrors: given } as TestRegistryOptions;

    const failure = await start(options).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(TypeError);
    expect((failure as Error).message).toContain(message);
  });

  it.each<[string, TestRegistryOptions, string]>([
    ['offline without mirrors', { offline: true }, 'offline has no effect without mirrors'],
    ['a number as storage', { storage: 5 } as object, 'allowed: a directory, or a function that'],
    ['a limit', { storage: 'x', maxBytes: 5 }, 'maxBytes has no effect on a directory'],
    [
      'a file in both places',
      { mirrors: [HUB], settings: { REGISTRY_MIRRORS_FILE: 'x' } },
      'mirrors and REGISTRY_MIRRORS_FILE are both set: leave out one of them',
    ],
  ])('is refused beside another option: %s', async (_, options, message) => {
    const failure = await start(options).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(TypeError);
    expect((failure as Error).message).toContain(message);
  });

  it('is reported with its line if it is in a file', async () => {
    const file = join(folder, 'mirrors.yaml');
    await writeFile(file, 'mirrors:\n  - name: docker.io\n');

    await expect(start({ mirrors: file })).rejects.toThrow(`${file}:2:5: a mirror needs "url"`);
  });

  it('is reported if the directory has pushed images of the same name', async () => {
    const first = await createTestRegistry({ storage: folder });
    await first.push('docker/app:1.0', image());
    await first.close();

    const mirrors = [{ ...HUB, name: 'docker' }];
    await expect(start({ mirrors, storage: folder })).rejects.toThrow(
      'mirrors[0]: docker/app is in this registry already',
    );
  });
});
