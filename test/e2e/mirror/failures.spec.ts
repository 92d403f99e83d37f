import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, collect, repo, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { pull, type Pulled } from '../../support/mirror/pulling.js';
import { sumOf } from '../../support/metrics.js';

const MIB = 1024 ** 2;
const ALPINE = '/v2/docker.io/library/alpine';

let mirror: MirrorOfHub;

async function start(options: Parameters<typeof MirrorOfHub.start>[0] = {}): Promise<void> {
  mirror = await MirrorOfHub.start(options);
}

afterEach(() => mirror.stop());

/** Adds an image with one layer to the upstream, and returns the layer with its digest. */
function addImage(bytes: number, tag = '3'): { layer: Buffer; digest: Digest } {
  const layer = uniqueBytes(bytes);
  mirror.hub.content.add('library/alpine', buildImage([layer]), tag);
  return { layer, digest: Digest.of(layer) };
}

const manifest = (tag = '3') => pull(mirror.registry, `${ALPINE}/manifests/${tag}`);
const blob = (digest: Digest, options = {}) =>
  pull(mirror.registry, `${ALPINE}/blobs/${digest}`, options);

/** The digest of what was sent: comparing large buffers takes the matchers seconds. */
const digestOf = ({ body }: Pulled) => Digest.of(body).toString();

const isStored = async (digest: Digest) =>
  (await mirror.registry.storage.blobs.stat(repo('docker.io/library/alpine'), digest)) !==
  undefined;

describe('a blob whose upstream breaks off', () => {
  beforeEach(() => start());

  it('comes whole if the upstream is back in time, and the rest is asked for by a range', async () => {
    const { digest } = addImage(4 * MIB);
    await manifest();
    mirror.hub.fail('cdn', 'reset-at-half', 1);

    const pulled = await blob(digest);

    expect([pulled.isWhole, digestOf(pulled)]).toEqual([true, `${digest}`]);
    expect(mirror.hub.requests('cdn').map(({ status }) => status)).toEqual([200, 206]);
  });

  it('comes whole if the upstream ignores ranges', async () => {
    const { digest } = addImage(4 * MIB);
    mirror.hub.fail('cdn', 'reset-at-half', 1);
    mirror.hub.fail('cdn', 'without-ranges', 1);

    const pulled = await blob(digest);

    expect([pulled.isWhole, digestOf(pulled)]).toEqual([true, `${digest}`]);
    expect(mirror.hub.requests('cdn').map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a blob that the upstream sends wrong', () => {
  beforeEach(() => start());

  it.each(['wrong-byte', 'too-short'] as const)(
    '(%s) never comes whole, and is not stored',
    async (mishap) => {
      const { digest } = addImage(MIB);
      await manifest();
      mirror.hub.fail('cdn', mishap);

      const pulled = await blob(digest);

      expect(pulled.isWhole && pulled.status === 200).toBe(false);
      expect(pulled.body.byteLength).toBeLessThan(MIB - 60_000);
      expect(await isStored(digest)).toBe(false);
      const { verifier } = mirror.registry.storage;
      const damages = verifier === undefined ? [] : await collect(verifier.verify());
      expect(damages.filter((one) => 'damage' in one)).toEqual([]);
      const failed = '{mirror="docker.io",kind="blob",result="failed"}';
      expect(
        sumOf(await mirror.metrics.text(), 'berth_mirror_requests_total', failed.slice(1, -1)),
      ).toBe(1);
      expect(mirror.log.text).toContain(`${digest}`);
      mirror.hub.recover();
      expect(digestOf(await blob(digest))).toBe(`${digest}`);
    },
  );
});

describe('many clients of one cold blob', () => {
  beforeEach(() => start({ hub: { bytesPerSecond: 4 * MIB } }));

  it('share one download, begin at once, and none waits for a slow one', async () => {
    const { digest } = addImage(3 * MIB);
    await manifest();

    const slow = blob(digest, { bytesPerSecond: 2 * MIB });
    const pulled = await Promise.all(Array.from({ length: 20 }, () => blob(digest)));

    expect(new Set(pulled.map(digestOf))).toEqual(new Set([`${digest}`]));
    expect(Math.max(...pulled.map(({ firstByteMs }) => firstByteMs))).toBeLessThan(1_000);
    expect(digestOf(await slow)).toBe(`${digest}`);
    expect((await slow).endMs).toBeGreaterThan(Math.max(...pulled.map(({ endMs }) => endMs)));
    expect(mirror.hub.requests('cdn')).toHaveLength(1);
  });

  it('get the ranges that they ask for', async () => {
    const { layer, digest } = addImage(2 * MIB);
    const ranges = ['bytes=0-0', 'bytes=1000000-1500000', `bytes=-1`, `bytes=${2 * MIB - 70_000}-`];

    const pulled = await Promise.all(ranges.map((range) => blob(digest, { headers: { range } })));
    const several = await blob(digest, { headers: { range: 'bytes=0-9,100-199' } });

    expect(pulled.map(({ status }) => status)).toEqual([206, 206, 206, 206]);
    expect(pulled.map(digestOf)).toEqual(
      [
        layer.subarray(0, 1),
        layer.subarray(1_000_000, 1_500_001),
        layer.subarray(-1),
        layer.subarray(-70_000),
      ].map((part) => Digest.of(part).toString()),
    );
    expect(several.body.includes(layer.subarray(100, 200))).toBe(true);
    expect(mirror.hub.requests('cdn')).toHaveLength(1);
  });
});

describe('an upstream that fails', () => {
  beforeEach(() => start({ keys: ', fresh: 0s' }));

  it.each([
    ['responds with 500', { status: 500 }, 503],
    ['limits requests', { status: 429, headers: { 'retry-after': '77' } }, 429],
    ['resets connections', 'reset', 503],
  ] as const)(
    'because it %s still gives what is stored, and is not asked again soon',
    async (_, mishap, status) => {
      addImage(100);
      const stored = await manifest();
      mirror.hub.forgetRequests();
      mirror.hub.fail('registry', mishap);

      const pulled = [await manifest(), await manifest(), await manifest()];
      const missing = await manifest('other');

      expect(pulled.map(digestOf)).toEqual([digestOf(stored), digestOf(stored), digestOf(stored)]);
      expect(missing.status).toBe(status);
      expect(Number(missing.headers['retry-after'])).toBeGreaterThan(20);
      expect(JSON.parse(missing.body.toString())).toMatchObject({
        errors: [
          {
            message: expect.stringContaining('docker.io'),
            detail: { lastAnswered: expect.any(String) },
          },
        ],
      });
      expect(mirror.hub.requests('registry').length).toBeLessThanOrEqual(2);
      const stale = 'mirror="docker.io",kind="tag",result="stale"';
      expect(sumOf(await mirror.metrics.text(), 'berth_mirror_requests_total', stale)).toBe(3);
    },
  );

  it('because it is gone does not keep the registry from serving what is stored', async () => {
    const { digest } = addImage(100);
    await manifest();
    await blob(digest);
    await mirror.hub.stop();

    expect((await manifest()).status).toBe(200);
    expect(digestOf(await blob(digest))).toBe(`${digest}`);
    expect((await manifest('other')).status).toBe(503);
    const list = await mirror.registry.http.get(`${ALPINE}/tags/list`).expect(200);
    expect(list.body).toMatchObject({ tags: ['3'] });
  });

  it('is asked again when it is back after its rest, or when the file has changed', async () => {
    addImage(100);
    await mirror.hub.stop();
    expect((await manifest()).status).toBe(503);
    await mirror.hub.restart();
    expect((await manifest()).status).toBe(503);

    await mirror.change(', fresh: 1s');

    expect((await manifest()).status).toBe(200);
  });
});

describe('a registry that starts while its upstream is gone', () => {
  it('is ready, and serves what is stored', async () => {
    await start({ keys: ', fresh: 0s' });
    const { digest } = addImage(100);
    await manifest();
    await blob(digest);
    await mirror.hub.stop();
    await mirror.restart();

    expect((await pull(mirror.registry, '/health/ready')).status).toBe(200);
    expect((await manifest()).status).toBe(200);
    expect(digestOf(await blob(digest))).toBe(`${digest}`);
    expect((await manifest('other')).status).toBe(503);
  });
});

describe('a mirror that is offline', () => {
  it('serves what is stored, and asks nobody', async () => {
    await start();
    addImage(100);
    addImage(100, 'other');
    await manifest();
    await mirror.change(', offline: true');
    mirror.hub.forgetRequests();

    expect((await manifest()).status).toBe(200);
    expect((await manifest('other')).status).toBe(404);
    expect(mirror.hub.requests('registry')).toEqual([]);
  });
});
