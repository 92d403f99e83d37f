import { afterEach, describe, expect, it } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { type SeenRequest } from '../../support/upstreams/seen-server.js';
import { until } from '../../support/until.js';
import { digestOfFile } from '../clients/files.js';
import { curl, type Downloaded } from './curl.js';
import { Mirroring } from './mirroring.js';
import { copiesOf } from './stored-files.js';

const MIB = 1024 ** 2;
const SIZE = 24 * MIB;

/** Longer than an upstream is left alone after its first failure. */
const REST_MS = 45_000;

let mirroring: Mirroring;
afterEach(() => mirroring.stop());

interface Broken {
  readonly layer: Buffer;
  readonly digest: Digest;
  /** Downloads the layer, to a file of this name. */
  readonly download: (name: string) => Promise<Downloaded>;
  /** The download that runs. */
  readonly client: Promise<Downloaded>;
}

/** Begins a download to the file `first`, and kills the upstream when the client has half of it. */
async function killAtHalf(): Promise<Broken> {
  mirroring = await Mirroring.start({ hub: { bytesPerSecond: 8 * MIB } });
  const { bench, host, hub } = mirroring;
  const layer = uniqueBytes(SIZE);
  const digest = Digest.of(layer);
  hub.content.add('acme/large', buildImage([layer]), '1');
  const url = `http://${host}/v2/docker.io/acme/large`;
  await curl(bench, `${url}/manifests/1`);
  const download = (name: string): Promise<Downloaded> =>
    curl(bench, `${url}/blobs/${digest}`, { to: bench.path(name) });
  const client = download('first');
  await until(() => hasBytes('first', SIZE / 2));
  await hub.stop();
  return { layer, digest, download, client };
}

async function hasBytes(name: string, bytes: number): Promise<boolean> {
  const file = await stat(mirroring.bench.path(name)).catch(() => undefined);
  return (file?.size ?? 0) >= bytes;
}

const requestsOf = (digest: Digest): SeenRequest[] =>
  mirroring.hub.requests('cdn').filter(({ path }) => path.includes(`${digest}`));

describe('an upstream that hangs', () => {
  it('keeps clients waiting for less than 15 s, and nobody for what is stored', async () => {
    mirroring = await Mirroring.start();
    const { bench, host, hub } = mirroring;
    hub.content.add('acme/app', buildImage([uniqueBytes(100)]), '1');
    const get = (tag: string): Promise<Downloaded> =>
      curl(bench, `http://${host}/v2/docker.io/acme/app/manifests/${tag}`);
    await get('1');
    hub.fail('registry', 'hang');
    const before = hub.requests('registry').length;

    const first = await get('2');
    const others = [await get('3'), await get('1')];

    expect(first).toMatchObject({ code: 0, status: 503 });
    expect(first.endMs).toBeLessThan(15_000);
    expect(others.map(({ status }) => status)).toEqual([503, 200]);
    expect(Math.max(...others.map(({ endMs }) => endMs))).toBeLessThan(1_000);
    expect(hub.requests('registry').length - before).toBeLessThanOrEqual(1);
  });
});

describe('a download whose upstream is killed at half', () => {
  it('ends whole for the same client if the upstream is back, by one request for the rest', async () => {
    const { digest, client } = await killAtHalf();
    await delay(2_000);
    await mirroring.hub.restart();

    expect(await client).toMatchObject({ code: 0, status: 200, bytes: SIZE });
    expect(await digestOfFile(mirroring.bench.path('first'))).toBe(`${digest}`);
    expect(requestsOf(digest).map(({ status }) => status)).toEqual([200, 206]);
  });

  it('is cut if the upstream stays away, stores nothing, and is continued by the next pull', async () => {
    const { layer, digest, download, client } = await killAtHalf();
    const { bench, hub } = mirroring;

    // 18: a partial file.
    expect(await client).toMatchObject({ code: 18, status: 200 });
    expect(await copiesOf(bench.path('registry'), layer)).toBe(0);
    expect(await bench.berth(['verify'])).toMatch(/ 0 damage/);

    await hub.restart();
    await until(async () => (await download('next')).status === 200, REST_MS);
    expect(await digestOfFile(bench.path('next'))).toBe(`${digest}`);
    const [, rest, ...more] = requestsOf(digest);
    expect(more).toEqual([]);
    const [, from] = /^bytes=(\d+)-$/.exec(String(rest?.headers.range)) ?? [];
    expect(rest?.status).toBe(206);
    expect(Number(from)).toBeGreaterThanOrEqual(SIZE / 2);
  });
});
