import assert from 'node:assert/strict';

import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  type ManifestHolder,
  type RepositoryFigures,
  type StorageSnapshot,
} from '../ports/statistics.js';
import {
  buildImage,
  buildIndex,
  collect,
  publish,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
} from './fixtures.js';
import { storagePerTest, type StorageFactory } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

const sizeOf = (...all: readonly Uint8Array[]) =>
  all.reduce((sum, bytes) => sum + bytes.byteLength, 0);

/** Declares the tests of `Statistics`. */
export function statisticsContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe, it } = runner;
  const subject = storagePerTest(runner, factory);

  describe('measure', () => {
    it('counts tags, manifests, blobs and bytes, and says when a tag was last set', async () => {
      const before = Date.now();
      const image = await pushImage(subject.storage, HOME, { tags: ['1.0', 'latest'] });
      const loose = uniqueBytes(50);
      await pushBlob(subject.storage, HOME, loose);

      const { lastPushedAt = 0, ...figures } = (await measured()) ?? {};

      const bytes = sizeOf(image.bytes, image.config, ...image.layers, loose);
      assert.deepEqual(figures, {
        tags: 2,
        manifests: 1,
        blobs: 3,
        logicalBytes: bytes,
        uniqueBytes: bytes,
        sharedBytes: 0,
      });
      assert.equal(lastPushedAt >= before - 1 && lastPushedAt <= Date.now(), true);
    });

    it('says who last set a tag, if it was not an anonymous client', async () => {
      await pushImage(subject.storage, HOME, { tags: ['1.0'], by: 'ann' });
      await nextMillisecond();
      await pushImage(subject.storage, HOME, { tags: ['2.0'], by: 'bob' });
      const known = await measured();
      await nextMillisecond();
      await pushImage(subject.storage, HOME, { tags: ['3.0'] });

      assert.equal(known?.lastPushedBy, 'bob');
      assert.equal((await measured())?.lastPushedBy, undefined);
    });

    it('counts a blob as shared while another repository has it as well', async () => {
      const layer = uniqueBytes(1_000);
      const { bytes, config } = await pushImage(subject.storage, HOME, { layers: [layer] });
      await subject.storage.blobs.link(OTHER, Digest.of(layer), HOME);
      const own = sizeOf(bytes, config);

      const shared = await measured();
      await subject.storage.blobs.unlink(OTHER, Digest.of(layer));
      const alone = await measured();

      assert.deepEqual([shared?.uniqueBytes, shared?.sharedBytes], [own, 1_000]);
      assert.deepEqual([alone?.uniqueBytes, alone?.sharedBytes], [own + 1_000, 0]);
      assert.equal(alone?.logicalBytes, shared?.logicalBytes);
    });

    it('follows the removal of a tag and of a manifest with its tags', async () => {
      await pushImage(subject.storage, HOME, { tags: ['1.0'] });
      const { digest } = await pushImage(subject.storage, HOME, { tags: ['2.0', '2.1'] });

      await subject.storage.tags.remove(HOME, tag('1.0'));
      const untagged = await measured();
      await subject.storage.manifests.remove(HOME, digest);
      const removed = await measured();

      assert.deepEqual([untagged?.tags, untagged?.manifests], [2, 2]);
      assert.deepEqual([removed?.tags, removed?.manifests], [0, 1]);
      assert.equal(removed?.lastPushedAt, undefined);
    });

    it('resolves to undefined for a repository without a manifest', async () => {
      await pushBlob(subject.storage, OTHER, uniqueBytes(10));

      assert.equal(await subject.storage.statistics.measure(OTHER), undefined);
      assert.equal(await subject.storage.statistics.measure(repo('unknown')), undefined);
    });
  });

  describe('holders', () => {
    it('yields the tags that point to a manifest, and the indexes that list it', async () => {
      const image = await pushImage(subject.storage, HOME, { tags: ['1.0', 'latest'] });
      await pushImage(subject.storage, HOME, { tags: ['other'] });
      const index = buildIndex([image.descriptor]);
      await publish(subject.storage, HOME, index.bytes, { tags: ['multi'] });
      await publish(subject.storage, HOME, buildIndex().bytes);

      assert.deepEqual(await holdersOf(image.digest), ['1.0', `${index.digest}`, 'latest'].sort());
      assert.deepEqual(await holdersOf(index.digest), ['multi']);
    });

    it('says which of several manifests each tag and index holds', async () => {
      const [one, other, loose] = [
        await pushImage(subject.storage, HOME, { tags: ['1.0', '1.1'] }),
        await pushImage(subject.storage, HOME, { tags: ['2.0'] }),
        await pushImage(subject.storage, HOME),
      ];
      await pushImage(subject.storage, HOME, { tags: ['3.0'] });
      const index = buildIndex([one.descriptor, other.descriptor, one.descriptor]);
      await publish(subject.storage, HOME, index.bytes);

      const found = await collect(
        subject.storage.statistics.holders(HOME, [
          loose.digest,
          one.digest,
          other.digest,
          one.digest,
        ]),
      );

      assert.deepEqual(
        found.map((holder) => `${holder.held} ${nameOf(holder)}`).sort(),
        [
          `${one.digest} 1.0`,
          `${one.digest} 1.1`,
          `${one.digest} ${index.digest}`,
          `${other.digest} 2.0`,
          `${other.digest} ${index.digest}`,
        ].sort(),
      );
    });

    it('yields nothing for an unknown manifest or repository, or for no manifest', async () => {
      await pushImage(subject.storage, HOME, { tags: ['1.0'] });
      const { digest } = buildImage();

      assert.deepEqual(await holdersOf(digest), []);
      assert.deepEqual(await collect(subject.storage.statistics.holders(HOME, [])), []);
      assert.deepEqual(await collect(subject.storage.statistics.holders(OTHER, [digest])), []);
      assert.equal(await subject.storage.catalog.has(OTHER), false);
    });
  });

  describe('save', () => {
    it('keeps a snapshot for all instances until the next one', async () => {
      const second = await subject.secondInstance();
      assert.equal(await subject.storage.statistics.snapshot(), undefined);
      assert.equal(await second.statistics.snapshot(), undefined);

      await subject.storage.statistics.save(snapshotAt(1));
      assert.deepEqual(await second.statistics.snapshot(), snapshotAt(1));

      await second.statistics.save(snapshotAt(2));
      assert.deepEqual(await subject.storage.statistics.snapshot(), snapshotAt(2));
    });

    it('leaves the same object in memory as long as it is the last one', async () => {
      const { statistics } = subject.storage;
      await statistics.save(snapshotAt(1));

      const first = await statistics.snapshot();

      assert.equal(await statistics.snapshot(), first);
    });
  });

  function measured(): ReturnType<typeof subject.storage.statistics.measure> {
    return subject.storage.statistics.measure(HOME);
  }

  describe('tags', () => {
    it('yields each tag with its manifest, and the time and the client of its push', async () => {
      const before = Date.now();
      const one = await pushImage(subject.storage, HOME, { tags: ['1.0', 'latest'], by: 'ann' });
      const other = await pushImage(subject.storage, HOME, { tags: ['latest'] });
      await pushImage(subject.storage, OTHER, { tags: ['2.0'] });

      const tags = await collect(subject.storage.statistics.tags(HOME));

      const targets = tags.map(({ tag: name, digest, by }) => `${name} ${digest} ${by}`);
      assert.deepEqual(targets.sort(), [
        `1.0 ${one.digest} ann`,
        `latest ${other.digest} undefined`,
      ]);
      assert.equal(
        tags.every(({ pushedAt }) => pushedAt >= before - 1 && pushedAt <= Date.now()),
        true,
      );
      assert.deepEqual(await collect(subject.storage.statistics.tags(repo('no/such'))), []);
    });

    it('follows each change of a tag', async () => {
      const targets = async () => {
        const tags = await collect(subject.storage.statistics.tags(HOME));
        return tags.map(({ digest }) => digest.toString());
      };
      for (let round = 0; round < 3; round++) {
        const { digest } = await pushImage(subject.storage, HOME, { tags: ['latest'] });
        assert.deepEqual(await targets(), [digest.toString()]);
      }
      await subject.storage.tags.remove(HOME, tag('latest'));
      assert.deepEqual(await targets(), []);
    });
  });

  describe('untagged', () => {
    it('yields the manifests that no tag and no tagged index leads to', async () => {
      const [tagged, listed, loose] = [
        await pushImage(subject.storage, HOME, { tags: ['1.0'] }),
        await pushImage(subject.storage, HOME),
        await pushImage(subject.storage, HOME),
      ];
      const inner = buildIndex([listed.descriptor]);
      const looseIndex = buildIndex([tagged.descriptor, loose.descriptor]);
      await publish(subject.storage, HOME, inner.bytes);
      await publish(subject.storage, HOME, buildIndex([inner.descriptor]).bytes, { tags: ['2.0'] });
      await publish(subject.storage, HOME, looseIndex.bytes);

      const found = await untaggedIn(HOME);

      assert.deepEqual(found, [`${loose.digest}`, `${looseIndex.digest}`].sort());
      assert.deepEqual(await untaggedIn(repo('no/such')), []);
    });

    it('follows the removal of a tag and of a manifest', async () => {
      const { digest } = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
      const before = await untaggedIn(HOME);
      await subject.storage.tags.remove(HOME, tag('1.0'));
      const untagged = await untaggedIn(HOME);
      await subject.storage.manifests.remove(HOME, digest);

      assert.deepEqual([before, untagged], [[], [digest.toString()]]);
      assert.deepEqual(await untaggedIn(HOME), []);
    });
  });

  async function untaggedIn(repository: RepositoryName): Promise<string[]> {
    const digests = await collect(subject.storage.statistics.untagged(repository));
    return digests.map((digest) => digest.toString()).sort();
  }

  async function holdersOf(digest: Digest): Promise<string[]> {
    const holders = await collect(subject.storage.statistics.holders(HOME, [digest]));
    return holders.map(nameOf).sort();
  }
}

async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve));
}

function nameOf(holder: ManifestHolder): string {
  return 'tag' in holder ? holder.tag : holder.index.toString();
}

function snapshotAt(asOf: number): StorageSnapshot {
  const bytes = { logicalBytes: 70 + asOf, uniqueBytes: 20 + asOf, sharedBytes: 50 };
  const figures = { tags: 1, manifests: 2, blobs: 3, ...bytes };
  const totals = { repositories: 2, manifests: 4, logicalBytes: 140, storedBytes: 90 };
  return {
    asOf,
    repositories: new Map<RepositoryName, RepositoryFigures>([
      [HOME, { ...figures, lastPushedAt: 1_700_000_000_000, lastPushedBy: 'ann' }],
      [OTHER, figures],
    ]),
    totals,
    largest: [{ digest: Digest.of(Buffer.from('a')), size: 50, repositories: [HOME, OTHER] }],
    growth: [
      { at: 0, ...totals, storedBytes: 80 },
      { at: asOf, ...totals },
    ],
  };
}
