import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../../src/domain/digest.js';
import { OCI_IMAGE } from '../../../../src/domain/media-type.js';
import {
  buildManifest,
  CONFIG_TYPE,
  describeBytes,
  LAYER_TYPE,
  publish,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
  type BuiltImage,
} from '../../../../src/storage/contract/fixtures.js';
import { MIRRORED, MirrorBench, REMOTE } from '../../../support/mirror/mirror-bench.js';
import { planOf } from '../../../support/mirror/mirror-plan.js';
import { down } from '../../../support/mirror/other-registry.js';
import { until } from '../../../support/until.js';

const OTHER_MIRRORED = repo('docker.io/library/other');
const OTHER_REMOTE = repo('library/other');

describe('a blob of a mirror', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  /** Pushes images that share a layer to two repositories of the other registry, and pulls the first with the layer. */
  async function pullShared(): Promise<{ layer: Buffer; digest: Digest; second: BuiltImage }> {
    const layer = uniqueBytes(1_000);
    await pushImage(bench.other.storage, REMOTE, { tags: ['3'], layers: [layer] });
    const second = await pushImage(bench.other.storage, OTHER_REMOTE, { layers: [layer] });
    await bench.pull('3');
    await bench.read(Digest.of(layer));
    bench.other.asked.length = 0;
    return { layer, digest: Digest.of(layer), second };
  }

  it('is described by a HEAD, which stores nothing', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(bench.other.storage, REMOTE, bytes);

    expect(await bench.ports.blobs.stat(MIRRORED, digest)).toBe(1_000);

    expect(bench.other.asked).toEqual(['stat blob']);
    expect(await bench.storage.blobs.stat(MIRRORED, digest)).toBeUndefined();
  });

  it('is described without a question while it is downloaded', async () => {
    const digest = await pushBlob(bench.other.storage, REMOTE, uniqueBytes(1_000));
    bench.other.pauseAt(0);
    const blob = await bench.ports.blobs.open(MIRRORED, digest);

    expect(await bench.ports.blobs.stat(MIRRORED, digest)).toBe(1_000);

    expect(bench.other.asked).toEqual(['blob 0']);
    bench.other.goOn();
    await blob?.close();
  });

  it('that the upstream does not have is not asked for again for a while', async () => {
    const digest = Digest.of(uniqueBytes(10));

    expect(await bench.read(digest)).toBeUndefined();
    expect(await bench.read(digest)).toBeUndefined();
    expect(await bench.ports.blobs.stat(MIRRORED, digest)).toBeUndefined();

    expect(bench.other.asked).toEqual(['blob 0']);
  });

  it('fails as the upstream does', async () => {
    bench.other.failure = down();

    await expect(bench.read(Digest.of(uniqueBytes(10)))).rejects.toMatchObject({
      kind: 'upstream-unavailable',
    });
  });

  it('is taken from another repository of the mirror if a stored manifest names it', async () => {
    const { layer, digest, second } = await pullShared();
    await bench.ports.manifests.open(OTHER_MIRRORED, second.digest);

    expect(await bench.ports.blobs.stat(OTHER_MIRRORED, digest)).toBe(layer.byteLength);

    expect(bench.other.asked).toEqual(['manifest @']);
    expect(await bench.storage.blobs.stat(OTHER_MIRRORED, digest)).toBe(layer.byteLength);
  });

  it('is taken from there only after a HEAD if no manifest names it', async () => {
    const { digest } = await pullShared();
    const stranger = repo('docker.io/library/stranger');

    expect(await bench.ports.blobs.open(stranger, digest)).toBeUndefined();
    const taken = await bench.ports.blobs.open(OTHER_MIRRORED, digest);
    await taken?.close();

    expect(taken?.size).toBe(1_000);
    expect(bench.other.asked).toEqual(['stat blob', 'stat blob']);
  });

  it('of private content is taken from there only after a HEAD, whatever a manifest names', async () => {
    bench.plan = planOf({ content: 'private' });
    const { digest } = await pullShared();
    const config = describeBytes(Buffer.from('{}'), CONFIG_TYPE);
    const layers = [{ mediaType: LAYER_TYPE, digest: `${digest}`, size: 1_000 }];
    const { bytes } = buildManifest({ schemaVersion: 2, mediaType: OCI_IMAGE, config, layers });
    const evil = repo('library/evil');
    await publish(bench.other.storage, evil, bytes, { sparse: 'all' });
    await bench.ports.manifests.open(repo('docker.io/library/evil'), Digest.of(bytes));

    expect(await bench.ports.blobs.open(repo('docker.io/library/evil'), digest)).toBeUndefined();

    expect(bench.other.asked).toEqual(['manifest @', 'stat blob']);
  });

  it('is never taken from a repository outside of the mirror', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(bench.storage, repo('team/secret'), bytes);
    await pushBlob(bench.storage, repo('ghcr.io/acme/secret'), bytes);

    expect(await bench.ports.blobs.open(MIRRORED, digest)).toBeUndefined();

    expect(bench.other.asked).toEqual(['blob 0']);
  });

  it('has the size that its manifest says, or is not served', async () => {
    const layer = uniqueBytes(1_000);
    await pushImage(bench.other.storage, REMOTE, { tags: ['3'], layers: [layer] });
    await bench.pull('3');
    bench.other.surplus = 1;

    await expect(bench.read(Digest.of(layer))).rejects.toMatchObject({
      kind: 'upstream-unavailable',
    });
    expect(bench.logged.join()).toContain('has 1000 bytes, but the upstream sends 1001');
  });

  it('is forgotten by a removal, and downloaded again', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(bench.other.storage, REMOTE, bytes);
    await bench.read(digest);
    await bench.read(digest);

    expect(await bench.ports.blobs.unlink(MIRRORED, digest)).toBe(true);
    expect(await bench.read(digest)).toEqual(bytes);

    expect(bench.other.asked).toEqual(['blob 0', 'blob 0']);
  });
});

describe('the mirrors file', () => {
  it('may change while a blob is downloaded, which goes on', async () => {
    const bench = await MirrorBench.open();
    const bytes = uniqueBytes(100_000);
    const digest = await pushBlob(bench.other.storage, REMOTE, bytes);
    bench.other.pauseAt(10_000);
    const reading = bench.read(digest);
    while (bench.other.asked.length === 0) await new Promise(setImmediate);

    bench.plan = planOf({ offline: true });
    expect(await bench.ports.blobs.stat(MIRRORED, digest)).toBeUndefined();
    expect(bench.ports.isFetching(MIRRORED)).toBe(true);
    bench.other.goOn();

    expect(Digest.of((await reading) ?? Buffer.alloc(0))).toEqual(digest);
    await until(() => !bench.ports.isFetching(MIRRORED));
    await bench.close();
  });

  it('may change before the registry stops, which ends downloads of before', async () => {
    const bench = await MirrorBench.open();
    const digest = await pushBlob(bench.other.storage, REMOTE, uniqueBytes(100_000));
    bench.other.pauseAt(10_000);
    const reading = bench.read(digest).catch((error: unknown) => error);
    while (bench.other.asked.length === 0) await new Promise(setImmediate);
    bench.plan = planOf({ offline: true });
    await bench.ports.blobs.stat(MIRRORED, digest);

    await bench.ports.close();

    const stopped = Symbol('still running');
    const later = new Promise((resolve) => setTimeout(() => resolve(stopped), 200));
    expect(await Promise.race([reading, later])).toMatchObject({ kind: 'upstream-unavailable' });
    bench.other.goOn();
    await bench.close();
  });
});

describe('what mirrors report', () => {
  let bench: MirrorBench;
  beforeEach(async () => {
    bench = await MirrorBench.open();
  });
  afterEach(() => bench.close());

  const reported = () => bench.reported.splice(0);

  it('says how each client was answered', async () => {
    const layer = uniqueBytes(1_000);
    const { digest } = await pushImage(bench.other.storage, REMOTE, {
      tags: ['3'],
      layers: [layer],
    });

    await bench.pull('3');
    expect(reported()).toEqual(['tag fetched']);
    await bench.pull('3');
    expect(reported()).toEqual(['tag hit']);
    bench.now += 600_000;
    await bench.pull('3');
    await bench.ports.tags.resolve(MIRRORED, tag('3'));
    expect(reported()).toEqual(['tag confirmed', 'tag hit']);
    await bench.ports.manifests.open(MIRRORED, digest);
    expect(reported()).toEqual(['manifest hit']);
    await bench.read(Digest.of(layer));
    await bench.read(Digest.of(layer));
    expect(reported()).toEqual(['blob fetched', 'blob hit']);
    expect(bench.bytes).toEqual({ upstream: 1_000, cache: 1_000 });
    await bench.read(Digest.of(uniqueBytes(1)));
    await bench.pull('4');
    expect(reported()).toEqual(['blob missing', 'tag missing']);

    bench.now += 600_000;
    await bench.push();
    bench.other.manifestFailure = down();
    await bench.pull('3');
    expect(reported()).toEqual(['tag stale']);

    bench.other.failure = down();
    bench.now += 600_000;
    await bench.pull('3');
    await bench.pull('4').catch(() => undefined);
    expect(reported()).toEqual(['tag stale', 'tag failed']);
    expect(bench.ports.states()).toEqual([
      {
        ...{ mirror: 'docker.io', flights: 0, restingSeconds: 60 },
        lastAnswerAt: expect.any(Date),
        lastError: { at: expect.any(Date), message: 'upstream.example cannot be reached' },
      },
    ]);
  });

  it('names a blob that the upstream sends wrong', async () => {
    const digest = await pushBlob(bench.other.storage, REMOTE, uniqueBytes(100_000));
    bench.other.wrongByte = 50_000;

    await bench.read(digest).catch(() => undefined);

    expect(reported()).toEqual(['blob fetched', 'blob failed']);
    expect(bench.logged.join()).toContain(`${digest}`);
  });
});

describe('those who may fetch', () => {
  it('cause requests to the upstream, and all others get what is stored', async () => {
    const bench = await MirrorBench.open('memory', { fetch: ['alice'] });
    await pushImage(bench.other.storage, REMOTE, { tags: ['3'] });

    bench.caller = 'bob';
    expect(await bench.pull('3')).toBeUndefined();
    expect(await bench.read(Digest.of(uniqueBytes(1)))).toBeUndefined();
    expect(bench.other.asked).toEqual([]);
    bench.caller = 'alice';
    const digest = await bench.pull('3');
    expect(digest).toBeDefined();
    bench.caller = 'bob';
    bench.now += 600_000;
    expect(await bench.pull('3')).toBe(digest);
    expect(bench.other.asked).toEqual(['stat 3', 'manifest @']);

    await bench.close();
  });
});

describe('a registry that is read-only', () => {
  it('passes content on, serves what is stored, and stores nothing', async () => {
    const bench = await MirrorBench.open('memory', { freshMs: 0 });
    const layer = uniqueBytes(1_000);
    const { digest } = await pushImage(bench.other.storage, REMOTE, {
      tags: ['3'],
      layers: [layer],
    });
    const stored = await pushImage(bench.other.storage, REMOTE, { tags: ['2'] });
    await bench.pull('2');
    bench.isReadOnly = true;

    expect(await bench.pull('3')).toBe(`${digest}`);
    expect(await bench.pull('2')).toBe(`${stored.digest}`);
    expect(await bench.read(Digest.of(layer))).toEqual(layer);
    expect(await bench.storage.blobs.stat(MIRRORED, Digest.of(layer))).toBeUndefined();
    expect(await bench.storage.manifests.stat(MIRRORED, digest)).toBeUndefined();

    bench.isReadOnly = false;
    expect(await bench.pull('3')).toBe(`${digest}`);
    expect(await bench.storage.manifests.stat(MIRRORED, digest)).toBeDefined();
    await bench.close();
  });
});
