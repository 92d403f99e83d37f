import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { Digest } from '../../domain/digest.js';
import {
  type AssumedRemoved,
  type CollectedEntry,
  type CollectionRules,
} from '../ports/collector.js';
import { collectionsOf, HOME, OTHER, RULES } from './collections.js';
import {
  buildIndex,
  collect,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  tag,
  uniqueBytes,
} from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const GRACE_MS = 100;

/** Declares the tests of `Collector.preview`, `Collector.consequences` and `Collector.explain`. */
export function collectorPreviewsContract(runner: TestRunner, factory: StorageFactory): void {
  const { it } = runner;
  const subject = storagePerTest(runner, factory);
  const { collector, run, isWhole } = collectionsOf(subject);

  /** Returns what a pass ten seconds from now would delete, without what is assumed removed. */
  async function preview(without?: AssumedRemoved): Promise<string[]> {
    return byDigest(
      await collect(collector().preview({ ...RULES, clockAheadMs: 10_000 }, without)),
    );
  }

  async function consequences(
    removal: AssumedRemoved,
    rules: Partial<CollectionRules> = {},
  ): Promise<string[]> {
    const all = { ...RULES, ...rules, clockAheadMs: 10_000 };
    const entries = await collect(collector().consequences(all, removal));
    return entries.map(({ kind, digest, freed }) => `${kind} ${digest} frees ${freed}`).sort();
  }

  it('previews the entries that a pass would delete, and changes nothing', async () => {
    const image = await pushImage(subject.storage, HOME);
    await pushImage(subject.storage, HOME, { tags: ['kept'] });
    const previewed = await preview();

    assert.equal(await isWhole(image), true);
    assert.deepEqual(previewed, byDigest(await run()));
    assert.equal(previewed.length, 3);
  });

  it('previews the entries that are deleted after a tag is removed, and the bytes freed', async () => {
    const [shared, own] = [uniqueBytes(1_000), uniqueBytes(300)];
    const doomed = await pushImage(subject.storage, HOME, { tags: ['old'], layers: [shared, own] });
    await pushImage(subject.storage, HOME, { tags: ['new'], layers: [shared] });
    const without = { repository: HOME, tags: [tag('old')] };

    assert.deepEqual(
      await preview(without),
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

    assert.deepEqual(
      await preview(without),
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

    const previewed = await collect(collector().preview({ ...RULES, graceMs: GRACE_MS }, without));

    assert.equal(
      previewed.some(({ digest }) => digest.equals(image.digest)),
      true,
    );
  });

  it('says what a pass would delete after a removal, but not before it', async () => {
    const { storage } = subject;
    const [shared, own] = [uniqueBytes(1_000), uniqueBytes(300)];
    const doomed = await pushImage(storage, HOME, { tags: ['old'], layers: [shared, own] });
    await pushImage(storage, HOME, { tags: ['new'], layers: [shared] });
    const index = buildIndex([doomed.descriptor]);
    await publish(storage, HOME, index.bytes, { tags: ['multi'] });
    const artifact = await pushArtifact(storage, HOME, doomed.descriptor);
    // Garbage already, with a layer of the image that is to go.
    await pushImage(storage, HOME, { layers: [own] });
    const removal = { repository: HOME, tags: [tag('old')], manifests: [index.digest] };

    const found = await consequences(removal);

    const expected = [index, doomed, artifact].map(({ digest, bytes: { byteLength } }) => {
      return `manifests ${digest} frees ${byteLength}`;
    });
    const blobs = [doomed.config, own].map((bytes) => {
      return `blobs ${Digest.of(bytes)} frees ${bytes.byteLength}`;
    });
    const isReferrer = (text: string) => text.startsWith('referrers ');
    assert.deepEqual(
      found.filter((text) => !isReferrer(text)),
      [...expected, ...blobs].sort(),
    );
    const referrers = found.filter(isReferrer);
    assert.equal(referrers.length, 1);
    assert.ok(referrers[0]?.startsWith(`referrers ${artifact.digest} `));
    assert.equal(await isWhole(doomed), true);
  });

  it('says that a removal deletes nothing that a tag or a kept manifest leads to', async () => {
    const { storage } = subject;
    const image = await pushImage(storage, HOME, { tags: ['1.0', '1.1'] });
    await pushArtifact(storage, HOME, image.descriptor);
    const loose = await pushImage(storage, HOME, { layers: image.layers });

    assert.deepEqual(await consequences({ repository: HOME, tags: [tag('1.0')] }), []);
    assert.deepEqual(await consequences({ repository: HOME }), []);
    const kept = await consequences(
      { repository: HOME, tags: [tag('1.0'), tag('1.1')] },
      { keepUntagged: true },
    );
    assert.deepEqual(kept, []);
    // It is garbage already.
    assert.deepEqual(await consequences({ repository: HOME, manifests: [loose.digest] }), []);
  });

  it('says that a removal frees no blob that another repository has as well', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const layer = Digest.of(image.layers[0] ?? new Uint8Array());
    await subject.storage.blobs.link(OTHER, layer, HOME);

    const found = await consequences({ repository: HOME, tags: [tag('1.0')] });

    assert.ok(found.includes(`blobs ${layer} frees 0`));
  });

  it('explains without postponing the deletion', async () => {
    const image = await pushImage(subject.storage, HOME);
    const config = Digest.of(image.config);
    const [before] = await collect(collector().explain(config, RULES));
    await pause(GRACE_MS);

    const [after] = await collect(collector().explain(config, RULES));

    assert.equal(after?.lastUsed, before?.lastUsed);
  });

  it('explains the content of an untagged manifest by the rules', async () => {
    const image = await pushImage(subject.storage, HOME);
    const config = Digest.of(image.config);
    const chains = async (keepUntagged: boolean) =>
      (await collect(collector().explain(config, { keepUntagged }))).map(({ chain }) => chain);

    assert.deepEqual(await chains(true), [['no tag', `image ${image.digest}`, `config ${config}`]]);
    assert.deepEqual(await chains(false), [[]]);
  });

  it('explains what keeps a blob by the path from a tag, which is empty for an unreachable blob', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const loose = await pushBlob(subject.storage, OTHER, uniqueBytes(5));
    const config = Digest.of(image.config);
    const explained = (digest: Digest) => collect(collector().explain(digest, RULES));

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
