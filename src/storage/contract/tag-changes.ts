import assert from 'node:assert/strict';

import { type MovedTag, type PublishResult } from '../ports/manifest-store.js';
import { buildIndex, kindOf, publicationOf, repo, tag, type BuiltManifest } from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const PUSHES = 100;

/** Declares the tests of the results of publications, and of the records of tags. */
export function tagChangesContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  const push = (
    manifest: BuiltManifest,
    tags: readonly string[],
    more: { readonly by?: string; readonly fixedTags?: readonly string[] } = {},
  ): Promise<PublishResult> =>
    subject.storage.manifests.publish(HOME, {
      ...publicationOf(manifest.bytes, { tags }),
      ...(more.by !== undefined && { by: more.by }),
      ...(more.fixedTags && { fixedTags: more.fixedTags.map(tag) }),
    });
  const resolve = (name: string) => subject.storage.tags.resolve(HOME, tag(name));

  it('report whether the manifest is new', async () => {
    const manifest = buildIndex();

    assert.equal((await push(manifest, [])).created, true);
    assert.equal((await push(manifest, ['1.0'])).created, false);
  });

  it('report the moved tags and the manifests they pointed to before', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, ['1.0']);

    const { moved } = await push(second, ['1.0', '1.1']);
    const again = await push(second, ['1.0', '1.1']);

    assert.deepEqual(moved.map(plain), [`1.0 from ${first.digest}`, '1.1 from nothing']);
    assert.deepEqual(again.moved, []);
  });

  it('record the client that set a tag, and the manifest the tag pointed to before', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, ['1.0'], { by: 'ann' });
    const before = await resolve('1.0');

    await push(second, ['1.0'], { by: 'bob' });
    const after = await resolve('1.0');

    assert.deepEqual([before?.by, before?.previous], ['ann', undefined]);
    assert.deepEqual([after?.by, `${after?.previous}`], ['bob', `${first.digest}`]);
  });

  it('keep the previous manifest of a tag that is set again to the same manifest', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, ['1.0']);
    await push(second, ['1.0']);

    await push(second, ['1.0']);

    assert.equal(`${(await resolve('1.0'))?.previous}`, `${first.digest}`);
  });

  it('are refused without any effect if they would move a fixed tag', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, ['1.0']);

    const refused = push(second, ['1.0', '1.1'], { fixedTags: ['1.0'] });

    await assert.rejects(refused, (error) => kindOf(error) === 'denied');
    assert.equal(`${(await resolve('1.0'))?.digest}`, `${first.digest}`);
    assert.equal(await resolve('1.1'), undefined);
    assert.equal(await subject.storage.manifests.stat(HOME, second.digest), undefined);
  });

  it('can set a fixed tag that is new or points to the same manifest', async () => {
    const manifest = buildIndex();

    await push(manifest, ['1.0'], { fixedTags: ['1.0'] });
    await push(manifest, ['1.0'], { fixedTags: ['1.0'] });

    assert.equal(`${(await resolve('1.0'))?.digest}`, `${manifest.digest}`);
  });

  for (const { name, existing } of [
    { name: 'a new tag', existing: false },
    { name: 'an existing tag', existing: true },
  ]) {
    it(`never replace the same manifest twice in ${PUSHES} parallel pushes of ${name}`, async () => {
      if (existing) await push(buildIndex(), ['1.0']);
      const images = Array.from({ length: PUSHES }, () => buildIndex());

      const results = await Promise.all(images.map((image) => push(image, ['1.0'])));

      const left = results.flatMap(({ moved }) => moved.map(({ from }) => `${from}`));
      assert.equal(left.length, PUSHES);
      assert.equal(new Set(left).size, PUSHES);
      const last = await resolve('1.0');
      assert.equal(left.includes(`${last?.digest}`), false);
    });
  }

  it('let only one of many parallel pushes set a new fixed tag', async () => {
    const images = Array.from({ length: 20 }, () => buildIndex());

    const results = await Promise.allSettled(
      images.map((image) => push(image, ['1.0'], { fixedTags: ['1.0'] })),
    );

    const refusals = results.filter((result) => result.status === 'rejected');
    assert.equal(refusals.length, 19);
    for (const { reason } of refusals) assert.equal(kindOf(reason), 'denied');
  });
}

function plain({ tag, from }: MovedTag): string {
  return `${tag} from ${from ?? 'nothing'}`;
}
