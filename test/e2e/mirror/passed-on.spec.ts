import { get, type ClientRequest } from 'node:http';

import { afterEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { pull } from '../../support/mirror/pulling.js';
import { sumOf } from '../../support/metrics.js';
import { until } from '../../support/until.js';

const MIB = 1024 ** 2;
const ALPINE = '/v2/docker.io/library/alpine';

describe.each([
  ['is read-only', { REGISTRY_READ_ONLY: 'true' }],
  ['has a full storage', { REGISTRY_STORAGE_DRIVER: 'memory', REGISTRY_MEMORY_MAX_BYTES: '1MiB' }],
])('a mirror of a registry that %s', (_, environment) => {
  let mirror: MirrorOfHub;
  afterEach(() => mirror.stop());

  async function start(keys = ''): Promise<{ layer: Buffer; digest: Digest }> {
    mirror = await MirrorOfHub.start({ environment, keys });
    const layer = uniqueBytes(4 * MIB);
    mirror.hub.content.add('library/alpine', buildImage([layer]), '3');
    return { layer, digest: Digest.of(layer) };
  }

  const blob = (digest: Digest, headers: Readonly<Record<string, string>> = {}) =>
    pull(mirror.registry, `${ALPINE}/blobs/${digest}`, { headers });

  it('passes images on whole and in ranges, and stores no blob', async () => {
    const { layer, digest } = await start();

    const manifest = await pull(mirror.registry, `${ALPINE}/manifests/3`);
    const whole = await blob(digest);
    const end = await blob(digest, { range: `bytes=${3 * MIB}-` });
    const several = await blob(digest, { range: 'bytes=0-9,2000000-2000099' });

    expect([manifest.status, whole.status, end.status, several.status]).toEqual([
      200, 200, 206, 206,
    ]);
    expect([whole.isWhole, `${Digest.of(whole.body)}`]).toEqual([true, `${digest}`]);
    expect(`${Digest.of(end.body)}`).toBe(`${Digest.of(layer.subarray(3 * MIB))}`);
    expect(several.body.includes(layer.subarray(2_000_000, 2_000_100))).toBe(true);
    const stored = await mirror.registry.storage.blobs.stat(
      repo('docker.io/library/alpine'),
      digest,
    );
    expect(stored).toBeUndefined();
    const flights = sumOf(await mirror.metrics.text(), 'berth_mirror_flights', 'docker.io');
    expect(flights).toBe(0);
  });

  it('never passes a wrong blob on whole', async () => {
    const { digest } = await start();
    mirror.hub.fail('cdn', 'wrong-byte');

    const pulled = await blob(digest);

    expect(pulled.isWhole && pulled.status === 200).toBe(false);
    expect(pulled.body.byteLength).toBeLessThan(4 * MIB - 60_000);
    expect(mirror.log.text).toContain(`${digest}`);
  });

  /** Sends a GET, which ends when the client is destroyed. */
  function begin(digest: Digest, range: string): ClientRequest {
    const { port } = mirror.registry;
    const path = `${ALPINE}/blobs/${digest}`;
    const client = get({ host: '127.0.0.1', port, path, headers: { range }, agent: false });
    client.on('response', (response) => response.resume()).on('error', () => undefined);
    return client;
  }

  const metric = async (name: string): Promise<number> =>
    sumOf(await mirror.metrics.text(), name, 'docker.io');
  const flights = () => metric('berth_mirror_flights');

  it.each(['bytes=0-', 'bytes=-1'])(
    'ends a download whose client left while it waits for bytes (%s)',
    async (range) => {
      const { digest } = await start();
      await pull(mirror.registry, `${ALPINE}/manifests/3`);
      mirror.hub.fail('cdn', 'hang-at-half');
      const client = begin(digest, range);
      await until(async () => (await metric('berth_mirror_bytes_total')) >= 2 * MIB);

      client.destroy();

      await until(async () => (await flights()) === 0, 3_000);
      expect(mirror.log.text).not.toContain('was not passed on');
    },
  );

  it('begins no download for a client that left while it waited for its turn', async () => {
    const { digest } = await start(', connections: 1');
    await pull(mirror.registry, `${ALPINE}/manifests/3`);
    mirror.hub.fail('cdn', 'hang-at-half');
    const first = begin(digest, 'bytes=0-');
    await until(async () => (await metric('berth_mirror_bytes_total')) >= 2 * MIB);
    const second = begin(digest, 'bytes=-1');
    await until(async () => (await flights()) === 2);

    second.destroy();
    first.destroy();

    await until(async () => (await flights()) === 0, 3_000);
  });
});
