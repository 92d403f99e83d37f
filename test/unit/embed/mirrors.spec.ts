import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from '@jest/globals';

import { createRegistry } from '../../../src/embed/create-registry.js';
import { InvalidOptions, type RegistryOptions } from '../../../src/embed/options.js';
import { createTestRegistry, image, type TestRegistry } from '../../../src/exports/testing.js';
import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { useClosing } from '../../support/closing.js';
import { withUnreadableUploads } from '../../support/mirror/unreadable-uploads.js';
import { hosted } from './host.js';

const closeAfterTest = useClosing();
const ALPINE = '/v2/docker.io/library/alpine/manifests/3';

/** The other registry, in place of Docker Hub. */
let upstream: TestRegistry;
beforeEach(async () => {
  upstream = await createTestRegistry();
  closeAfterTest(() => upstream.close());
  await upstream.push('library/alpine:3', image());
});

async function statusWith(options: Partial<RegistryOptions>): Promise<number> {
  const { url } = upstream;
  const mirrors = [{ name: 'docker.io', url, addresses: 'private' }] as const;
  await using registry = await createRegistry(hosted({ mirrors, ...options }));
  const response = await fetch(`${await registry.listen()}${ALPINE}`);
  await response.arrayBuffer();
  return response.status;
}

describe('the option mirrors', () => {
  it('mirrors other registries', async () => {
    expect(await statusWith({})).toBe(200);
    expect(upstream.requests).not.toEqual([]);
  });

  it('asks no other registry with the option offline', async () => {
    expect(await statusWith({ offline: true })).toBe(404);
    expect(upstream.requests).toEqual([]);
  });

  it('is refused with a message for each mistake', async () => {
    const mirrors = [{ name: 'docker.io', url: 'docker.io' }];

    const failure = await statusWith({ mirrors }).catch((error: unknown) => error);

    expect(failure).toEqual(
      new InvalidOptions('mirrors[0]: url must begin with https:// or http:// and a host'),
    );
  });
});

describe('a mirror over the storage of a program', () => {
  const BYTES = randomBytes(200_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-embed-spool-'));
    closeAfterTest(() => rm(folder, { recursive: true }));
  });

  /** Pulls a layer by a registry over the storage. Resolves to whether it came, and to the directory of spool files. */
  async function pullBy(
    storage: RegistryOptions['storage'],
  ): Promise<{ isWhole: boolean; spool: string }> {
    const app = image({ layers: [{ 'app.bin': BYTES }] });
    await upstream.push('library/app:1', app);
    const spool = join(folder, 'made', 'spool');
    const mirrors = [{ name: 'docker.io', url: upstream.url, addresses: 'private' }] as const;
    const settings = { REGISTRY_SPOOL_PATH: spool };
    await using registry = await createRegistry(hosted({ storage, mirrors, settings }));
    const url = `${await registry.listen()}/v2/docker.io/library/app`;
    const manifest = await fetch(`${url}/manifests/1`);
    const { layers } = (await manifest.json()) as { layers: { digest: string; size: number }[] };
    const [layer] = layers;
    const response = await fetch(`${url}/blobs/${layer?.digest ?? ''}`);
    return { isWhole: (await response.arrayBuffer()).byteLength === layer?.size, spool };
  }

  it('has spool files where the settings say so, if the storage cannot read uploads', async () => {
    const storage = withUnreadableUploads(createMemoryStorage({ maxBytes: 2 ** 24 }));

    const { isWhole, spool } = await pullBy(storage);

    expect(isWhole).toBe(true);
    expect(await readdir(spool)).toEqual([]);
  });

  it('has no spool files if the storage can read uploads', async () => {
    const { isWhole, spool } = await pullBy(createMemoryStorage({ maxBytes: 2 ** 24 }));

    expect(isWhole).toBe(true);
    expect(existsSync(spool)).toBe(false);
  });
});
