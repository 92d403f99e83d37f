import assert from 'node:assert/strict';

import { OCI_INDEX } from '../../domain/media-type.js';
import { KEPT_TAG_CHANGES, type TagChange } from '../ports/tag-store.js';
import {
  buildIndex,
  collect,
  publicationOf,
  publish,
  repo,
  tag,
  type BuiltManifest,
} from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

/** How many clients push and remove a tag at once in the test of the race. */
const CLIENTS = 20;

/** Declares the tests of `TagStore.history`. */
export function tagHistoryContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  const history = (name = '1.0'): Promise<TagChange[]> =>
    collect(subject.storage.tags.history(HOME, tag(name)));
  const push = (manifest: BuiltManifest, by?: string, name = '1.0'): Promise<unknown> =>
    subject.storage.manifests.publish(HOME, {
      ...publicationOf(manifest.bytes, { tags: [name] }),
      ...(by !== undefined && { by }),
    });
  const remove = (by?: string): Promise<boolean> =>
    subject.storage.tags.remove(HOME, tag('1.0'), { ...(by !== undefined && { by }) });

  it('is empty for a tag that was never set', async () => {
    await push(buildIndex());

    assert.deepEqual(await history('2.0'), []);
    assert.deepEqual(await collect(subject.storage.tags.history(OTHER, tag('1.0'))), []);
  });

  it('yields the current manifest first, and then the earlier ones', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, 'ann');
    const before = await subject.storage.tags.resolve(HOME, tag('1.0'));
    await push(second, 'bob');
    const after = await subject.storage.tags.resolve(HOME, tag('1.0'));

    const size = { mediaType: OCI_INDEX, size: first.bytes.byteLength };
    assert.deepEqual(await history(), [
      { at: after?.pushedAt, by: 'bob', digest: second.digest, ...size, previous: first.digest },
      { at: before?.pushedAt, by: 'ann', digest: first.digest, ...size },
    ]);
  });

  it('has one change for a manifest that the tag was set to twice in succession', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, 'ann');
    await push(first, 'bob');
    await push(second);

    assert.deepEqual((await history()).map(plain), [
      `${second.digest} after ${first.digest}`,
      `${first.digest} by bob`,
    ]);
  });

  it('has the removal of a tag, and goes on when the tag is set again', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, 'ann');
    const before = Date.now();
    await remove('bob');
    const after = Date.now();

    const [removal, ...rest] = await history();
    assert.deepEqual(removal, { at: removal?.at, by: 'bob', previous: first.digest });
    assert.ok(removal.at >= before - 20 && removal.at <= after + 20);
    assert.deepEqual(rest.map(plain), [`${first.digest} by ann`]);

    await push(second);
    assert.deepEqual((await history()).map(plain), [
      `${second.digest}`,
      `removed after ${first.digest} by bob`,
      `${first.digest} by ann`,
    ]);
  });

  it('has the removal of each tag of a manifest, which the removal of the manifest names', async () => {
    const [manifest, other] = [buildIndex(), buildIndex()];
    await publish(subject.storage, HOME, manifest.bytes, { tags: ['1.0', 'Latest'] });
    await push(other, undefined, '2.0');

    const removed = await subject.storage.manifests.remove(HOME, manifest.digest, { by: 'bob' });

    assert.deepEqual(removed?.tags.toSorted(), ['1.0', 'Latest']);
    for (const name of ['1.0', 'Latest']) {
      assert.deepEqual((await history(name)).map(plain), [
        `removed after ${manifest.digest} by bob`,
        `${manifest.digest}`,
      ]);
    }
    assert.equal((await history('2.0')).length, 1);
  });

  it('is found for a tag that was removed, until the tag is set again', async () => {
    const removed = () => collect(subject.storage.tags.removed(HOME));
    await push(buildIndex());
    await push(buildIndex(), undefined, '2.0');
    assert.deepEqual(await removed(), []);
    await remove();

    const [found, ...others] = await removed();
    const [last] = await history();
    assert.deepEqual([found?.tag, others], ['1.0', []]);
    assert.ok(last !== undefined && found !== undefined && found.at >= last.at);
    assert.ok(found.at <= last.at + 5_000);
    await push(buildIndex());
    assert.deepEqual(await removed(), []);
  });

  it(`has the last ${KEPT_TAG_CHANGES} changes`, async () => {
    const images = Array.from({ length: 2.5 * KEPT_TAG_CHANGES }, () => buildIndex());
    for (const image of images) await push(image);

    const digests = (await history()).map(({ digest }) => `${digest}`);

    const newest = images.slice(-KEPT_TAG_CHANGES).reverse();
    assert.deepEqual(
      digests,
      newest.map(({ digest }) => `${digest}`),
    );
  });

  it('is a chain without gaps after parallel pushes and removals', async () => {
    await push(buildIndex());
    const work = Array.from({ length: CLIENTS }, (_, number) =>
      number % 4 === 3 ? remove() : push(buildIndex()),
    );
    await Promise.all(work);

    const changes = (await history()).reverse();

    const pushes = changes.filter(({ digest }) => digest !== undefined);
    assert.equal(pushes.length, 1 + (CLIENTS * 3) / 4);
    for (const [index, { previous }] of changes.entries()) {
      assert.equal(`${previous}`, `${changes[index - 1]?.digest}`);
    }
  });

  it('is seen by another instance at once', async () => {
    const second = await subject.secondInstance();
    await push(buildIndex());
    await second.tags.remove(HOME, tag('1.0'));

    assert.deepEqual(await history(), await collect(second.tags.history(HOME, tag('1.0'))));
    assert.equal((await history()).length, 2);
  });
}

function plain({ digest, by, previous }: TagChange): string {
  const after = previous === undefined ? '' : ` after ${previous}`;
  return `${digest ?? 'removed'}${after}${by === undefined ? '' : ` by ${by}`}`;
}
