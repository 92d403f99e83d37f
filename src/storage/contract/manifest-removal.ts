import assert from 'node:assert/strict';

import { type Digest } from '../../domain/digest.js';
import { type Storage } from '../ports/storage.js';
import {
  buildIndex,
  buildManifest,
  collect,
  kindOf,
  publish,
  pushImage,
  repo,
  tag,
  type BuiltImage,
} from './fixtures.js';
import { OCI_INDEX } from '../../domain/media-type.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const TAGGED = { keepUntagged: false };
const ALL = { keepUntagged: true };

/** How many indexes and deletions run at once in the test of the race. */
const ROUNDS = 30;

/** The promises of `ManifestStore.remove` with `unlessListed`. */
export function manifestRemovalContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  it('refuses to remove an entry of a tagged index, and names the index', async () => {
    const { image, index } = await pushedIndex(subject.storage, ['1.0']);

    const error = await refusalOf(subject.storage, image.digest);

    assert.equal(kindOf(error), 'denied');
    assert.match(String(error), new RegExp(index.toString()));
    assert.notEqual(await subject.storage.manifests.stat(HOME, image.digest), undefined);
  });

  it('keeps the tags of a manifest that it refuses to remove', async () => {
    const image = await pushImage(subject.storage, HOME, { tags: ['amd64'] });
    await publish(subject.storage, HOME, buildIndex([image.descriptor]).bytes, { tags: ['1.0'] });

    assert.equal(kindOf(await refusalOf(subject.storage, image.digest)), 'denied');

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), ['1.0', 'amd64']);
  });

  it('removes the entry after its index', async () => {
    const { image, index } = await pushedIndex(subject.storage, ['1.0']);

    assert.notEqual(
      await subject.storage.manifests.remove(HOME, index, { unlessListed: TAGGED }),
      undefined,
    );
    assert.notEqual(
      await subject.storage.manifests.remove(HOME, image.digest, { unlessListed: TAGGED }),
      undefined,
    );

    assert.equal(await subject.storage.manifests.stat(HOME, image.digest), undefined);
    assert.equal(
      await subject.storage.manifests.remove(HOME, image.digest, { unlessListed: TAGGED }),
      undefined,
    );
  });

  it('removes an entry of an unreachable index, unless untagged manifests are kept', async () => {
    const { image } = await pushedIndex(subject.storage, []);

    assert.equal(kindOf(await refusalOf(subject.storage, image.digest, ALL)), 'denied');
    assert.notEqual(
      await subject.storage.manifests.remove(HOME, image.digest, { unlessListed: TAGGED }),
      undefined,
    );
  });

  it('refuses if the index is reachable only through another index', async () => {
    const { image, entry } = await pushedIndex(subject.storage, []);
    const outer = buildIndex([entry]);
    await publish(subject.storage, HOME, outer.bytes, { tags: ['1.0'] });

    assert.equal(kindOf(await refusalOf(subject.storage, image.digest)), 'denied');
    await subject.storage.tags.remove(HOME, tag('1.0'));
    assert.notEqual(
      await subject.storage.manifests.remove(HOME, image.digest, { unlessListed: TAGGED }),
      undefined,
    );
  });

  it('refuses if the index is reachable only as a referrer', async () => {
    const signed = await pushImage(subject.storage, HOME, { tags: ['1.0'] });
    const image = await pushImage(subject.storage, HOME);
    const index = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [image.descriptor],
      subject: signed.descriptor,
    });
    await publish(subject.storage, HOME, index.bytes);

    assert.equal(kindOf(await refusalOf(subject.storage, image.digest)), 'denied');
  });

  it('does not look at the indexes of other repositories', async () => {
    const { image } = await pushedIndex(subject.storage, ['1.0']);
    const other = repo('team/other');
    await publish(subject.storage, other, image.bytes, { sparse: 'all' });

    assert.notEqual(
      await subject.storage.manifests.remove(other, image.digest, { unlessListed: TAGGED }),
      undefined,
    );
  });

  it('removes the tags of the manifest', async () => {
    const { digest } = await pushImage(subject.storage, HOME, { tags: ['v1', 'latest'] });

    assert.notEqual(
      await subject.storage.manifests.remove(HOME, digest, { unlessListed: ALL }),
      undefined,
    );

    assert.deepEqual(await collect(subject.storage.tags.list(HOME)), []);
  });

  it('never leaves an acknowledged index without its entry, if both are written at once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const image = await pushImage(subject.storage, HOME);
      const index = buildIndex([image.descriptor]);
      const [published, removed] = await Promise.allSettled([
        publish(subject.storage, HOME, index.bytes, { tags: [`r${round}`] }),
        subject.storage.manifests.remove(HOME, image.digest, { unlessListed: TAGGED }),
      ]);

      const isThere = (await subject.storage.manifests.stat(HOME, image.digest)) !== undefined;
      assert.equal(isThere, published.status === 'fulfilled', 'the index has its entry');
      if (isThere) assert.equal(removed.status, 'rejected', 'the deletion is refused');
    }
  });
}

interface PushedIndex {
  readonly image: BuiltImage;
  readonly index: Digest;
  readonly entry: BuiltImage['descriptor'];
}

async function pushedIndex(storage: Storage, tags: readonly string[]): Promise<PushedIndex> {
  const image = await pushImage(storage, HOME);
  const { bytes, digest, descriptor } = buildIndex([image.descriptor]);
  await publish(storage, HOME, bytes, { tags });
  return { image, index: digest, entry: descriptor };
}

async function refusalOf(storage: Storage, digest: Digest, rules = TAGGED): Promise<unknown> {
  return storage.manifests.remove(HOME, digest, { unlessListed: rules }).then(
    () => undefined,
    (error: unknown) => error,
  );
}
