import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { FetchClient } from '../../support/mirror/fetch-client.js';
import { planOf } from '../../support/mirror/mirror-plan.js';
import { asBytes, TestRegistry } from '../../support/registry.js';

describe.each(['filesystem', 'memory'])('a pull through a mirror (%s)', (driver) => {
  let root: string;
  let upstream: TestRegistry;
  let client: FetchClient;
  let registry: TestRegistry;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-mirror-'));
    upstream = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    client = new FetchClient(`http://127.0.0.1:${upstream.port}`);
    const settings = { REGISTRY_STORAGE_DRIVER: driver, REGISTRY_STORAGE_PATH: root };
    const mirrors = {
      plan: { value: { mirrors: [planOf()], local: [], listen: new Map() } },
      connect: () => client,
    };
    registry = await TestRegistry.start(settings, {}, false, { mirrors });
  });
  afterAll(async () => {
    await registry.stop();
    await upstream.stop();
    await rm(root, { recursive: true, force: true });
  });

  it('gets an image from the upstream, and then from the storage', async () => {
    const layer = uniqueBytes(300_000);
    const image = await upstream.pushImage('library/alpine', '3', [layer]);
    const name = 'docker.io/library/alpine';

    for (let pull = 1; pull <= 2; pull++) {
      const manifest = await registry.http
        .get(`/v2/${name}/manifests/3`)
        .parse(asBytes)
        .expect(200);
      const blob = await registry.http
        .get(`/v2/${name}/blobs/${Digest.of(layer)}`)
        .parse(asBytes)
        .expect(200);

      expect(manifest.body).toEqual(image.bytes);
      expect(blob.body).toEqual(layer);
    }
    expect(client.sent).toEqual(['HEAD manifests', 'GET manifests', 'GET blobs']);
  });
});
