import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { Digest } from '../../domain/digest.js';
import { type CollectedEntry, type Collector } from '../ports/collector.js';
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
const GRACE_MS = 100;

const RULES = { graceMs: 0, keepUntagged: false, uploadTtlMs: HOUR_MS };

/** Declares the tests of `Collector`. */
export function collectorContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);

  function collectorOf(): Collector {
    const { collector } = subject.storage;
    assert.ok(collector, 'the storage has no collector: declare the contract with garbage: false');
    return collector;
  }

  /** Collects as if `later` milliseconds had passed, and returns the entries of a repository. */
  async function run(
    options: {
      keepUntagged?: boolean;
      graceMs?: number;
      later?: number;
      repository?: typeof HOME;
    } = {},
  ): Promise<CollectedEntry[]> {
    const { later: aheadMs = 10_000, repository = HOME, ...rules } = options;
    const pass = collectorOf().collect({ ...RULES, clockAheadMs: aheadMs, repository, ...rules });
    return (await collect(pass)).filter((one) => 'digest' in one);
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
    const lost = collectorOf().collect(rules, { holds: false });

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
      collect(collectorOf().collect({ ...RULES, clockAheadMs: aheadMs }));

    assert.deepEqual(await pass(0), []);
    assert.deepEqual(await pass(2 * HOUR_MS), [
      { repository: HOME, kind: 'uploads', id, size: 70, freed: 70 },
    ]);
    assert.equal(await subject.storage.uploads.find(HOME, id), undefined);
  });

  it('returns the bytes of each repository and of the store, which counts a shared blob once', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const layer = uniqueBytes(1_000);
    const inBoth = await pushImage(subject.storage, HOME, { tags: ['2.0'], layers: [layer] });
    await subject.storage.blobs.link(OTHER, Digest.of(layer), HOME);
    const own = [image, inBoth].flatMap(({ bytes, config }) => [bytes, config]);
    const unique = [...own, ...image.layers].reduce((sum, one) => sum + one.byteLength, 0);
    const pass = collectorOf().collect({ ...RULES, graceMs: HOUR_MS });

    const { done, value } = await pass.next();

    assert.equal(done, true);
    assert.deepEqual(value, {
      repositories: new Map([
        [HOME, { logical: unique + 1_000, unique, shared: 1_000 }],
        [OTHER, { logical: 1_000, unique: 0, shared: 1_000 }],
      ]),
      store: { logical: unique + 2_000, stored: unique + 1_000 },
    });
  });

  it('previews the entries that a pass would delete, and changes nothing', async () => {
    const image = await pushImage(subject.storage, HOME);
    await pushImage(subject.storage, HOME, { tags: ['kept'] });
    const preview = await collect(collectorOf().preview({ ...RULES, clockAheadMs: 10_000 }));

    assert.equal(await isWhole(image), true);
    assert.deepEqual(byDigest(preview), byDigest(await run()));
    assert.equal(preview.length, 3);
  });

  it('previews the entries that are deleted after a tag is removed, and the bytes freed', async () => {
    const [shared, own] = [uniqueBytes(1_000), uniqueBytes(300)];
    const doomed = await pushImage(subject.storage, HOME, { tags: ['old'], layers: [shared, own] });
    await pushImage(subject.storage, HOME, { tags: ['new'], layers: [shared] });
    const without = { repository: HOME, tags: [tag('old')] };

    const preview = await collect(
      collectorOf().preview({ ...RULES, clockAheadMs: 10_000 }, without),
    );

    assert.deepEqual(
      byDigest(preview),
      byDigest([
        { digest: doomed.digest, freed: doomed.bytes.byteLength },
        { digest: Digest.of(doomed.config), freed: doomed.config.byteLength },
        { digest: Digest.of(own), freed: 300 },
      ]),
    );
    assert.equal(await isWhole(doomed), true);
  });

  it('previews the entries that are deleted after a manifest is removed, tagged or not', async () => {
    const doomed = await pushImage(subject.storage, HOME, { tags: ['1.0', 'latest'] });
    const layer = Digest.of(doomed.layers[0] ?? new Uint8Array());
    await subject.storage.blobs.link(OTHER, layer, HOME);
    const without = { repository: HOME, manifests: [doomed.digest] };

    const preview = await collect(
      collectorOf().preview({ ...RULES, clockAheadMs: 10_000 }, without),
    );

    assert.deepEqual(
      byDigest(preview),
      byDigest([
        { digest: doomed.digest, freed: doomed.bytes.byteLength },
        { digest: Digest.of(doomed.config), freed: doomed.config.byteLength },
        { digest: layer, freed: 0 },
      ]),
    );
  });

  it('previews a tagged manifest that was requested before the grace period began', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    await subject.storage.tags.resolve(HOME, tag('1.0'));
    await pause(2 * GRACE_MS);
    const without = { repository: HOME, tags: [tag('1.0')] };

    const preview = await collect(collectorOf().preview({ ...RULES, graceMs: GRACE_MS }, without));

    assert.equal(
      preview.some(({ digest }) => digest.equals(image.digest)),
      true,
    );
  });

  it('explains without postponing the deletion', async () => {
    const image = await pushImage(subject.storage, HOME);
    const config = Digest.of(image.config);
    const [before] = await collect(collectorOf().explain(config, RULES));
    await pause(GRACE_MS);

    const [after] = await collect(collectorOf().explain(config, RULES));

    assert.equal(after?.lastUsed, before?.lastUsed);
  });

  it('explains the content of an untagged manifest by the rules', async () => {
    const image = await pushImage(subject.storage, HOME);
    const config = Digest.of(image.config);
    const chains = async (keepUntagged: boolean) =>
      (await collect(collectorOf().explain(config, { keepUntagged }))).map(({ chain }) => chain);

    assert.deepEqual(await chains(true), [['no tag', `image ${image.digest}`, `config ${config}`]]);
    assert.deepEqual(await chains(false), [[]]);
  });

  it('explains what keeps a blob by the path from a tag, which is empty for an unreachable blob', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const loose = await pushBlob(subject.storage, OTHER, uniqueBytes(5));
    const config = Digest.of(image.config);
    const explained = (digest: Digest) => collect(collectorOf().explain(digest, RULES));

    const [kept, ...others] = await explained(config);
    assert.deepEqual(others, []);
    assert.deepEqual(kept?.chain, [`tag ${HOME}:1.0`, `image ${image.digest}`, `config ${config}`]);
    const [unreachable] = await explained(loose);
    assert.deepEqual(
      [unreachable?.repository, unreachable?.kind, unreachable?.chain],
      [OTHER, 'blobs', []],
    );
    assert.deepEqual(await explained(Digest.of(uniqueBytes(6))), []);
  });
}

/** Describes entries by digest and freed bytes, sorted, because collectors may delete entries in any order. */
function byDigest(entries: readonly Pick<CollectedEntry, 'digest' | 'freed'>[]): string[] {
  return entries.map(({ digest, freed }) => `${digest} frees ${freed}`).sort();
}

function sizesOf(collected: readonly CollectedEntry[]): Pick<CollectedEntry, 'size' | 'freed'>[] {
  return collected.map(({ size, freed }) => ({ size, freed }));
}
