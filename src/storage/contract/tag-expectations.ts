import assert from 'node:assert/strict';

import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import {
  buildIndex,
  collect,
  kindOf,
  publicationOf,
  publish,
  repo,
  tag,
  type BuiltManifest,
} from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');

/** How many clients change one tag at once in the tests of the race. */
const CLIENTS = 20;

/** Declares the tests of changes of tags that expect a state. */
export function tagExpectationsContract(runner: TestRunner, subject: StorageOfTest): void {
  const { it } = runner;
  const push = (manifest: BuiltManifest, digest: Digest | undefined, tags = ['1.0']) =>
    subject.storage.manifests.publish(HOME, {
      ...publicationOf(manifest.bytes, { tags }),
      expects: { digest },
    });
  const remove = (digest: Digest | undefined) =>
    subject.storage.tags.remove(HOME, tag('1.0'), { expects: { digest } });
  const pushed = async (): Promise<BuiltManifest> => {
    const manifest = buildIndex();
    await publish(subject.storage, HOME, manifest.bytes, { tags: ['1.0'] });
    return manifest;
  };
  const current = async (name = '1.0'): Promise<string> =>
    `${(await subject.storage.tags.resolve(HOME, tag(name)))?.digest}`;

  it('happen if the tag points to the expected manifest, or does not exist as expected', async () => {
    const [first, second] = [buildIndex(), buildIndex()];

    await push(first, undefined);
    await push(second, first.digest);
    assert.equal(await current(), `${second.digest}`);

    assert.equal(await remove(second.digest), true);
    assert.equal(await current(), 'undefined');
    assert.equal(await remove(undefined), false);
  });

  it('are refused without any effect if the tag points to another manifest', async () => {
    const { digest } = await pushed();
    const [next, expected] = [buildIndex(), buildIndex()];

    const refusals = await Promise.all([
      refusalOf(push(next, expected.digest)),
      refusalOf(push(next, undefined)),
      refusalOf(remove(expected.digest)),
    ]);

    for (const error of refusals) {
      assert.equal(error?.kind, 'tag-changed');
      const { tag: name, actual } = error.detail as Readonly<Record<string, unknown>>;
      assert.deepEqual([name, String(actual)], ['1.0', `${digest}`]);
      assert.match(error.message, new RegExp(`1\\.0.*${digest}`));
    }
    assert.equal(await current(), `${digest}`);
    assert.equal(await subject.storage.manifests.stat(HOME, next.digest), undefined);
    assert.equal((await collect(subject.storage.tags.history(HOME, tag('1.0')))).length, 1);
  });

  it('are refused if the tag does not exist', async () => {
    const [next, expected] = [buildIndex(), buildIndex()];

    assert.equal((await refusalOf(push(next, expected.digest)))?.kind, 'tag-changed');
    assert.equal((await refusalOf(remove(expected.digest)))?.kind, 'tag-changed');

    assert.equal(await current(), 'undefined');
    assert.equal(await subject.storage.catalog.has(HOME), false);
  });

  it('are refused for all tags of a publication if one of them is not as expected', async () => {
    const { digest } = await pushed();

    const refusal = await refusalOf(push(buildIndex(), digest, ['1.0', '1.1']));

    assert.equal(refusal?.kind, 'tag-changed');
    assert.equal(await current(), `${digest}`);
    assert.equal(await current('1.1'), 'undefined');
  });

  for (const existing of [true, false]) {
    it(`happen once if many at a time expect the same ${existing ? 'manifest' : 'new tag'}`, async () => {
      const expected = existing ? (await pushed()).digest : undefined;
      const second = await subject.secondInstance();
      const images = Array.from({ length: CLIENTS }, () => buildIndex());

      const results = await Promise.allSettled(
        images.map(({ bytes }, index) => {
          const { manifests } = index % 2 === 0 ? subject.storage : second;
          const publication = publicationOf(bytes, { tags: ['1.0'] });
          return manifests.publish(HOME, { ...publication, expects: { digest: expected } });
        }),
      );

      const winners = images.filter((_, index) => results[index]?.status === 'fulfilled');
      assert.deepEqual(
        [await current()],
        winners.map(({ digest }) => `${digest}`),
      );
      for (const result of results) {
        if (result.status === 'rejected') assert.equal(kindOf(result.reason), 'tag-changed');
      }
    });
  }

  it('happen once if a push and a removal at a time expect the same manifest', async () => {
    const second = await subject.secondInstance();
    for (let round = 0; round < CLIENTS; round++) {
      const { digest } = await pushed();
      const next = buildIndex();

      const results = await Promise.allSettled([
        push(next, digest),
        second.tags.remove(HOME, tag('1.0'), { expects: { digest } }),
      ]);

      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      const isPushed = results[0].status === 'fulfilled';
      assert.equal(await current(), isPushed ? `${next.digest}` : 'undefined');
    }
  });
}

async function refusalOf(change: Promise<unknown>): Promise<RegistryError | undefined> {
  try {
    await change;
    return undefined;
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
}
