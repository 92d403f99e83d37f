import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { Collector, type Collected } from '../../upkeep/gc/collector.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  collect,
  EMPTY_JSON,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
  type BuiltImage,
} from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const HOUR_MS = 3_600_000;

/** What a garbage collector relies on, and what becomes of the content of a storage that it works on. */
export function garbageStoreContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  /** Collects as if `later` milliseconds had passed. */
  async function run(
    options: {
      keepUntagged?: boolean;
      graceMs?: number;
      later?: number;
      repository?: typeof HOME;
    } = {},
  ): Promise<Collected[]> {
    const { keepUntagged = false, graceMs = 0, later = 10_000, repository = HOME } = options;
    const now = () => Date.now() + later;
    return collect(
      new Collector(subject.storage, { graceMs, keepUntagged, now }).collect(repository),
    );
  }

  async function isWhole(image: BuiltImage, repository = HOME): Promise<boolean> {
    const blobs = [image.config, ...image.layers].map((bytes) =>
      subject.storage.blobs.stat(repository, Digest.of(bytes)),
    );
    const found = [
      await subject.storage.manifests.stat(repository, image.digest),
      ...(await Promise.all(blobs)),
    ];
    return found.every((one) => one !== undefined);
  }

  it('keeps what a tag leads to, and takes what is unreachable', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const loose = await pushBlob(subject.storage, HOME, uniqueBytes(50));
    const [only, ...others] = await run();
    assert.deepEqual(others, []);
    assert.equal(only?.repository, HOME);
    assert.equal(only.kind, 'blobs');
    assert.deepEqual(only.digest, loose);
    assert.equal(only.size, 50);
    assert.equal(only.freed, 50);
    assert.equal(await isWhole(image), true);
    assert.equal(await subject.storage.blobs.stat(HOME, loose), undefined);
    assert.deepEqual(await run(), []);
  });

  for (const keepUntagged of [true, false]) {
    it(`treats untagged manifests by the setting (kept: ${keepUntagged})`, async () => {
      const image = await pushImage(subject.storage, HOME);
      await pushImage(subject.storage, HOME, { tags: ['other'] });
      const collected = await run({ keepUntagged });
      assert.equal(await isWhole(image), keepUntagged);
      assert.deepEqual(
        collected.map(({ kind }) => kind),
        keepUntagged ? [] : ['manifests', 'blobs', 'blobs'],
      );
    });
  }

  it('keeps an index with its images, and takes them level by level with it', async () => {
    const images = [await pushImage(subject.storage, HOME), await pushImage(subject.storage, HOME)];
    const inner = buildIndex(images.map(({ descriptor }) => descriptor));
    await publish(subject.storage, HOME, inner.bytes);
    const outer = buildIndex([inner.descriptor]);
    await publish(subject.storage, HOME, outer.bytes, { tags: ['multi'] });
    assert.deepEqual(await run(), []);
    await subject.storage.tags.remove(HOME, tag('multi'));
    const collected = await run();
    assert.deepEqual(collected.map(({ digest }) => `${digest}`).slice(0, 2), [
      `${outer.digest}`,
      `${inner.digest}`,
    ]);
    assert.equal(collected.length, 2 + 2 + 4);
  });

  it('keeps referrers with their subject, and takes them with it', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    await pushBlob(subject.storage, HOME, EMPTY_JSON);
    const signature = await pushArtifact(subject.storage, HOME, image.descriptor);
    const ofSignature = await pushArtifact(subject.storage, HOME, signature.descriptor);
    assert.deepEqual(await run(), []);
    assert.equal(
      (await collect(subject.storage.manifests.referrers(HOME, image.digest))).length,
      1,
    );
    await subject.storage.tags.remove(HOME, tag('1.0'));
    await run();
    for (const { digest } of [image, signature, ofSignature]) {
      assert.equal(await subject.storage.manifests.stat(HOME, digest), undefined);
      assert.deepEqual(await collect(subject.storage.manifests.referrers(HOME, digest)), []);
    }
  });

  it('treats a referrer whose subject never came as an untagged manifest', async () => {
    await pushBlob(subject.storage, HOME, EMPTY_JSON);
    const orphan = await pushArtifact(subject.storage, HOME, buildImage().descriptor);
    assert.deepEqual(await run({ keepUntagged: true }), []);
    const collected = await run();
    assert.deepEqual(
      collected.map(({ kind }) => kind),
      ['manifests', 'referrers', 'blobs'],
    );
    assert.equal(collected[0]?.digest.equals(orphan.digest), true);
  });

  it('keeps what a fallback tag of an old client lists', async () => {
    const missing = buildImage().descriptor;
    await pushBlob(subject.storage, HOME, EMPTY_JSON);
    const artifact = buildArtifact(missing, {});
    await publish(subject.storage, HOME, artifact.bytes);
    const fallback = buildIndex([artifact.descriptor]);
    await publish(subject.storage, HOME, fallback.bytes, {
      tags: [missing.digest.replace(':', '-')],
    });
    assert.deepEqual(await run(), []);
  });

  it('leaves what was used since the grace', async () => {
    await pushImage(subject.storage, HOME);
    assert.deepEqual(await run({ graceMs: HOUR_MS, later: HOUR_MS / 2 }), []);
    assert.equal((await run({ graceMs: HOUR_MS, later: 2 * HOUR_MS })).length, 3);
  });

  it('counts the bytes of a shared layer when its last holder goes', async () => {
    const layer = uniqueBytes(1_000);
    const digest = await pushBlob(subject.storage, HOME, layer);
    await subject.storage.blobs.link(OTHER, digest, HOME);
    assert.deepEqual(sizesOf(await run()), [{ size: 1_000, freed: 0 }]);
    assert.equal(await subject.storage.blobs.stat(OTHER, digest), 1_000);
    assert.deepEqual(sizesOf(await run({ repository: OTHER })), [{ size: 1_000, freed: 1_000 }]);
  });

  it('lets a repository that holds nothing leave the catalog', async () => {
    await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    await subject.storage.tags.remove(HOME, tag('1.0'));
    assert.equal(await subject.storage.catalog.has(HOME), true);
    await run();
    assert.equal(await subject.storage.catalog.has(HOME), false);
    assert.deepEqual(await collect(subject.storage.garbage.repositories()), []);
    await pushImage(subject.storage, HOME, { tags: ['again'] });
    assert.equal(await subject.storage.catalog.has(HOME), true);
  });

  it('puts back what a pass that died holds and somebody needs, and finishes the rest', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const loose = await pushBlob(subject.storage, HOME, uniqueBytes(50));
    const garbage = subject.storage.garbage.of(HOME);
    const died = `${Date.now() - 2 * HOUR_MS}-died`;
    for (const kind of ['manifests', 'blobs'] as const) {
      await garbage.setAside(died, await collect(garbage.entries(kind)));
    }
    const collected = await run();
    assert.deepEqual(
      collected.map(({ digest, freed }) => ({ digest, freed })),
      [{ digest: loose, freed: 50 }],
    );
    assert.equal(await isWhole(image), true);
    assert.deepEqual(await collect(garbage.aside()), []);
  });

  it('does not touch what a pass at work holds, and readers get it all the same', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const garbage = subject.storage.garbage.of(HOME);
    for (const kind of ['manifests', 'blobs'] as const) {
      await garbage.setAside(`${Date.now()}-working`, await collect(garbage.entries(kind)));
    }
    assert.deepEqual(await collect(garbage.entries('blobs')), []);
    assert.deepEqual((await subject.storage.tags.resolve(HOME, tag('1.0')))?.digest, image.digest);
    assert.equal(await isWhole(image), true);
    assert.equal((await collect(garbage.entries('blobs'))).length, 2);
  });

  it('gives the lease to one collector at a time', async () => {
    const first = await subject.storage.garbage.lease({ forMs: HOUR_MS, idleMs: 0 });
    assert.equal(first?.holds, true);
    assert.equal(await subject.storage.garbage.lease({ forMs: HOUR_MS, idleMs: 0 }), undefined);
    await first.release();
    assert.equal(first.holds, false);
    assert.equal(
      await subject.storage.garbage.lease({ forMs: HOUR_MS, idleMs: HOUR_MS }),
      undefined,
    );
    const next = await subject.storage.garbage.lease({ forMs: HOUR_MS, idleMs: 0 });
    assert.equal(next?.holds, true);
  });
}

function sizesOf(collected: readonly Collected[]): Pick<Collected, 'size' | 'freed'>[] {
  return collected.map(({ size, freed }) => ({ size, freed }));
}
