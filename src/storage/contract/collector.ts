import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { type CollectedEntry } from '../ports/collector.js';
import { collectionsOf, HOME, HOUR_MS, OTHER, RULES } from './collections.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  chunksOf,
  collect,
  EMPTY_JSON,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  tag,
  uniqueBytes,
} from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

/** Declares the tests of `Collector`. */
export function collectorContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);
  const { collector, run, isWhole } = collectionsOf(subject);

  it('keeps content that is reachable from a tag, and deletes unreachable content', async () => {
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

  it('keeps a tagged index with its images, and deletes an untagged one level by level', async () => {
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

  it('keeps the referrers of a tagged subject, and deletes those of an untagged one', async () => {
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

  it('treats a referrer whose subject does not exist as an untagged manifest', async () => {
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

  it('keeps the referrers that the fallback tag of an old client lists', async () => {
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

  it('keeps content that was used within the grace period', async () => {
    await pushImage(subject.storage, HOME);
    assert.deepEqual(await run({ graceMs: HOUR_MS, later: HOUR_MS / 2 }), []);
    assert.equal((await run({ graceMs: HOUR_MS, later: 2 * HOUR_MS })).length, 3);
  });

  it('counts the bytes of a shared layer as freed only with its last claim', async () => {
    const layer = uniqueBytes(1_000);
    const digest = await pushBlob(subject.storage, HOME, layer);
    await subject.storage.blobs.link(OTHER, digest, HOME);
    assert.deepEqual(sizesOf(await run()), [{ size: 1_000, freed: 0 }]);
    assert.equal(await subject.storage.blobs.stat(OTHER, digest), 1_000);
    assert.deepEqual(sizesOf(await run({ repository: OTHER })), [{ size: 1_000, freed: 1_000 }]);
  });

  it('removes an empty repository from the catalog', async () => {
    await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    await subject.storage.tags.remove(HOME, tag('1.0'));
    assert.equal(await subject.storage.catalog.has(HOME), true);
    await run();
    assert.equal(await subject.storage.catalog.has(HOME), false);
    assert.deepEqual(await collect(subject.storage.catalog.list()), []);
    await pushImage(subject.storage, HOME, { tags: ['again'] });
    assert.equal(await subject.storage.catalog.has(HOME), true);
  });

  it('collects only the repository that the rules name', async () => {
    const [own, others] = [uniqueBytes(10), uniqueBytes(20)];
    await pushBlob(subject.storage, HOME, own);
    await pushBlob(subject.storage, OTHER, others);

    assert.deepEqual(sizesOf(await run({ repository: OTHER })), [{ size: 20, freed: 20 }]);
    assert.equal(await subject.storage.blobs.stat(HOME, Digest.of(own)), 10);
  });

  it('deletes nothing after its lease was lost', async () => {
    const digest = await pushBlob(subject.storage, HOME, uniqueBytes(50));
    const rules = { ...RULES, uploadTtlMs: 0, clockAheadMs: 10_000 };
    const lost = collector().collect(rules, { holds: false });

    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');

    assert.deepEqual(await collect(lost), []);
    assert.equal(await subject.storage.blobs.stat(HOME, digest), 50);
    assert.notEqual(await subject.storage.uploads.find(HOME, id), undefined);
    assert.equal((await run()).length, 1);
  });

  it('expires uploads without new bytes', async () => {
    const { id } = await subject.storage.uploads.begin(HOME, 'sha256');
    const held = await subject.storage.uploads.open(HOME, id);
    await held.append(chunksOf(uniqueBytes(70)));
    await held.release();
    const pass = (aheadMs: number) =>
      collect(collector().collect({ ...RULES, clockAheadMs: aheadMs }));

    assert.deepEqual(await pass(0), []);
    assert.deepEqual(await pass(2 * HOUR_MS), [
      { repository: HOME, kind: 'uploads', id, size: 70, freed: 70 },
    ]);
    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
  });

  it('returns the figures of each repository and of the store, which counts a shared blob once', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const layer = uniqueBytes(1_000);
    const inBoth = await pushImage(subject.storage, HOME, { tags: ['2.0'], layers: [layer] });
    await subject.storage.blobs.link(OTHER, Digest.of(layer), HOME);
    const own = [image, inBoth].flatMap(({ bytes, config }) => [bytes, config]);
    const unique = [...own, ...image.layers].reduce((sum, one) => sum + one.byteLength, 0);
    const pass = collector().collect({ ...RULES, graceMs: HOUR_MS });

    const { done, value } = await pass.next();

    assert.equal(done, true);
    const { repositories, store, largest } = value;
    assert.deepEqual(store, {
      repositories: 2,
      manifests: 2,
      logicalBytes: unique + 2_000,
      storedBytes: unique + 1_000,
    });
    const bytes = { logicalBytes: unique + 1_000, uniqueBytes: unique, sharedBytes: 1_000 };
    const { lastPushedAt = 0, ...figures } = repositories.get(HOME) ?? {};
    assert.deepEqual(figures, { tags: 2, manifests: 2, blobs: 4, ...bytes });
    assert.equal(Math.abs(lastPushedAt - Date.now()) < HOUR_MS, true);
    const shared = { logicalBytes: 1_000, uniqueBytes: 0, sharedBytes: 1_000 };
    assert.deepEqual(repositories.get(OTHER), { tags: 0, manifests: 0, blobs: 1, ...shared });
    const [first] = largest;
    assert.deepEqual(first && { ...first, repositories: [...first.repositories].sort() }, {
      digest: Digest.of(layer),
      size: 1_000,
      repositories: [HOME, OTHER],
    });
    assert.equal(largest.length, 4);
  });
}

function sizesOf(collected: readonly CollectedEntry[]): Pick<CollectedEntry, 'size' | 'freed'>[] {
  return collected.map(({ size, freed }) => ({ size, freed }));
}
