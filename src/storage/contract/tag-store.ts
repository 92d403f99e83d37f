import assert from 'node:assert/strict';

import { OCI_IMAGE } from '../../domain/media-type.js';
import { type TagName } from '../../domain/reference.js';
import { buildIndex, collect, pause, publish, pushImage, repo, tag } from './fixtures.js';
import { storagePerTest, type StorageFactory, type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

/** Tags that a store with file names may refuse or confuse. */
const AWKWARD_TAGS = [
  { name: 'a tag that starts with an underscore', text: '_' },
  { name: 'a tag that looks like a hidden file', text: '_.hidden' },
  { name: 'a tag with only dots after its first character', text: '0..' },
  { name: 'a tag that looks like a temporary file', text: 'v1.tmp' },
  { name: 'a tag that looks like a JSON file', text: 'latest.json' },
  { name: '128 capital letters', text: 'X'.repeat(128) },
  { name: '128 letters, every second a capital', text: 'xY'.repeat(64) },
  { name: '128 underscores', text: '_'.repeat(128) },
  { name: 'the referrers tag of old clients', text: `sha256-${'a'.repeat(64)}` },
  { name: 'a reserved device name', text: 'CON' },
  { name: 'the name of a property that every object has', text: '__proto__' },
  { name: 'the name of a method that every object has', text: 'constructor' },
];

export function tagStoreContract(runner: TestRunner, factory: StorageFactory): void {
  const { describe } = runner;
  const subject = storagePerTest(runner, factory);

  describe('resolve', () => resolveContract(runner, subject));
  describe('list', () => listContract(runner, subject));
  describe('remove', () => removeContract(runner, subject));
}

function resolveContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('returns the type, digest and size of the manifest, and the time when the tag was set', async () => {
    const before = Date.now();
    const image = await pushImage(subject.storage, HOME, { tags: ['v1'] });
    const after = Date.now();

    const resolved = await subject.storage.tags.resolve(HOME, tag('v1'));

    assert.deepEqual(resolved, {
      mediaType: OCI_IMAGE,
      digest: image.digest,
      size: image.bytes.byteLength,
      pushedAt: resolved?.pushedAt,
    });
    // A store may use the clock of its file system, which is less precise.
    assert.ok(resolved.pushedAt >= before - 20);
    assert.ok(resolved.pushedAt <= after + 20);
  });

  it('returns undefined for a tag that was never set, or only in another repository', async () => {
    await pushImage(subject.storage, HOME, { tags: ['v1'] });

    assert.equal(await subject.storage.tags.resolve(HOME, tag('v2')), undefined);
    assert.equal(await subject.storage.tags.resolve(OTHER, tag('v1')), undefined);
  });

  it('returns the manifest that the tag was last set to, and the time', async () => {
    const first = await pushImage(subject.storage, HOME, { tags: ['latest'] });
    const before = await subject.storage.tags.resolve(HOME, tag('latest'));
    await pause(50);
    const second = await pushImage(subject.storage, HOME, { tags: ['latest'] });

    const after = await subject.storage.tags.resolve(HOME, tag('latest'));

    assert.equal(after?.digest.toString(), second.digest.toString());
    assert.ok(after.pushedAt > (before?.pushedAt ?? Infinity));
    assert.notEqual(await subject.storage.manifests.stat(HOME, first.digest), undefined);
  });

  it('returns an earlier manifest after the tag was set back to it', async () => {
    const first = await pushImage(subject.storage, HOME, { tags: ['latest'] });
    await pushImage(subject.storage, HOME, { tags: ['latest'] });
    await publish(subject.storage, HOME, first.bytes, { tags: ['latest'] });

    const resolved = await subject.storage.tags.resolve(HOME, tag('latest'));

    assert.equal(resolved?.digest.toString(), first.digest.toString());
  });

  it('distinguishes tags that differ only in case', async () => {
    const names = ['v1', 'V1', 'ab', 'Ab', 'aB', 'AB'];
    const digests = new Map<string, string>();
    for (const name of names) {
      const image = await pushImage(subject.storage, HOME, { tags: [name] });
      digests.set(name, image.digest.toString());
    }

    for (const name of names) {
      const resolved = await subject.storage.tags.resolve(HOME, tag(name));
      assert.equal(resolved?.digest.toString(), digests.get(name));
    }
    await subject.storage.tags.remove(HOME, tag('V1'));
    assert.notEqual(await subject.storage.tags.resolve(HOME, tag('v1')), undefined);
    assert.equal(await subject.storage.tags.resolve(HOME, tag('V1')), undefined);
  });

  for (const { name, text } of AWKWARD_TAGS) {
    it(`works for ${name}`, async () => {
      assert.equal(await subject.storage.tags.resolve(HOME, tag(text)), undefined);
      const index = buildIndex();
      await publish(subject.storage, HOME, index.bytes, { tags: [text] });

      const resolved = await subject.storage.tags.resolve(HOME, tag(text));

      assert.equal(resolved?.digest.toString(), index.digest.toString());
      assert.deepEqual(await tagsOf(subject), [text]);
      assert.equal(await subject.storage.tags.remove(HOME, tag(text)), true);
      assert.deepEqual(await tagsOf(subject), []);
    });
  }

  it('returns undefined after the manifest was removed, until both are published again', async () => {
    const index = buildIndex();
    await publish(subject.storage, HOME, index.bytes, { tags: ['v1'] });
    await subject.storage.manifests.remove(HOME, index.digest);
    assert.equal(await subject.storage.tags.resolve(HOME, tag('v1')), undefined);

    await publish(subject.storage, HOME, index.bytes, { tags: ['v1'] });

    const resolved = await subject.storage.tags.resolve(HOME, tag('v1'));
    assert.equal(resolved?.digest.toString(), index.digest.toString());
  });
}

function listContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('is empty for a repository without tags, and for one that does not exist', async () => {
    await pushImage(subject.storage, HOME);

    assert.deepEqual(await tagsOf(subject), []);
    assert.deepEqual(await collect(subject.storage.tags.list(OTHER)), []);
  });

  it('lists only the tags of the repository', async () => {
    await pushImage(subject.storage, HOME, { tags: ['v1'] });
    await pushImage(subject.storage, OTHER, { tags: ['v2'] });

    assert.deepEqual(await tagsOf(subject), ['v1']);
  });

  it('is in byte order, not in the order of a dictionary', async () => {
    const sorted = ['0', '10', '9', 'A', 'Z', '_', 'a', 'a-b', 'a.b', 'a0', 'aB', 'a_b', 'ab', 'b'];
    await pushImage(subject.storage, HOME, { tags: sorted.toReversed() });

    assert.deepEqual(await tagsOf(subject), sorted);
  });

  for (const { after, expected } of [
    { after: '', expected: ['A', 'a', 'a-b', 'ab', 'b'] },
    { after: 'A', expected: ['a', 'a-b', 'ab', 'b'] },
    { after: 'a', expected: ['a-b', 'ab', 'b'] },
    { after: 'aa', expected: ['ab', 'b'] },
    { after: 'B', expected: ['a', 'a-b', 'ab', 'b'] },
    { after: 'b', expected: [] },
    { after: '/../~', expected: ['A', 'a', 'a-b', 'ab', 'b'] },
    { after: '\u{1f6a2} no tag at all', expected: [] },
  ]) {
    it(`begins after "${after}", which need not be a tag`, async () => {
      await pushImage(subject.storage, HOME, { tags: ['b', 'ab', 'a-b', 'a', 'A'] });

      assert.deepEqual(await tagsOf(subject, after), expected);
    });
  }

  it('can be stopped early', async () => {
    await pushImage(subject.storage, HOME, { tags: ['a', 'b', 'c'] });
    const seen: string[] = [];

    for await (const name of subject.storage.tags.list(HOME)) {
      seen.push(name);
      if (seen.length === 2) break;
    }

    assert.deepEqual(seen, ['a', 'b']);
  });

  for (const { after, limit, items, more } of [
    { after: undefined, limit: 2, items: ['a', 'b'], more: true },
    { after: 'a', limit: 2, items: ['b', 'd'], more: false },
    { after: 'a', limit: 3, items: ['b', 'd'], more: false },
    { after: 'd', limit: 3, items: [], more: false },
    { after: undefined, limit: 0, items: [], more: false },
  ]) {
    it(`has pages: ${limit} tags after ${after ?? 'none'}`, async () => {
      await pushImage(subject.storage, HOME, { tags: ['a', 'b', 'd'] });
      const gone = await pushImage(subject.storage, HOME, { tags: ['c', 'e'] });
      await subject.storage.manifests.remove(HOME, gone.digest);

      for (const look of ['first', 'second']) {
        const page = await subject.storage.tags.page(HOME, after, limit);
        assert.deepEqual(page, { items, more }, look);
      }
    });
  }

  it('lists several hundred tags', async () => {
    const tags = Array.from({ length: 300 }, (_, number) => `t${String(number).padStart(4, '0')}`);
    await pushImage(subject.storage, HOME, { tags });

    assert.deepEqual(await tagsOf(subject), tags);
    assert.deepEqual(await tagsOf(subject, 't0297'), ['t0298', 't0299']);
  });

  it('leaves out a tag whose manifest was removed', async () => {
    const gone = await pushImage(subject.storage, HOME, { tags: ['v1', 'v2'] });
    await pushImage(subject.storage, HOME, { tags: ['v3'] });

    await subject.storage.manifests.remove(HOME, gone.digest);

    assert.deepEqual(await tagsOf(subject), ['v3']);
  });
}

function removeContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('returns whether the tag existed', async () => {
    await pushImage(subject.storage, HOME, { tags: ['v1'] });

    assert.equal(await subject.storage.tags.remove(HOME, tag('v2')), false);
    assert.equal(await subject.storage.tags.remove(OTHER, tag('v1')), false);
    assert.equal(await subject.storage.tags.remove(HOME, tag('v1')), true);
    assert.equal(await subject.storage.tags.remove(HOME, tag('v1')), false);
  });

  it('removes only this tag, and keeps the manifest', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['v1', 'v2'] });

    await subject.storage.tags.remove(HOME, tag('v1'));

    assert.equal(await subject.storage.tags.resolve(HOME, tag('v1')), undefined);
    assert.deepEqual(await tagsOf(subject), ['v2']);
    assert.notEqual(await subject.storage.manifests.stat(HOME, image.digest), undefined);
  });

  it('keeps a repository that has no tags left', async () => {
    await pushImage(subject.storage, HOME, { tags: ['v1'] });

    await subject.storage.tags.remove(HOME, tag('v1'));

    assert.equal(await subject.storage.catalog.has(HOME), true);
    assert.deepEqual(await tagsOf(subject), []);
  });
}

function tagsOf({ storage }: StorageOfTest, after?: string): Promise<TagName[]> {
  return collect(storage.tags.list(HOME, after));
}
