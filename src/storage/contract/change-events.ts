import assert from 'node:assert/strict';

import { type RegistryEvent } from '../../domain/registry-event.js';
import { type Publication } from '../ports/manifest-store.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  collect,
  kindOf,
  publicationOf,
  pushArtifact,
  repo,
  tag,
  type BuiltManifest,
} from './fixtures.js';
import { type StorageOfTest } from './storage-under-test.js';
import { type TestRunner } from './test-runner.js';

const HOME = repo('team/app');
const ORIGIN = { requestId: 'r1', address: '10.0.0.1', method: 'PUT' };

/** Declares the tests of the events that a storage records of its own changes. */
export function changeEventsContract(
  runner: TestRunner,
  subject: StorageOfTest,
  hasCollector: boolean,
): void {
  const { it } = runner;
  const push = (
    manifest: BuiltManifest,
    tags: readonly string[] = [],
    more: Partial<Publication> = {},
  ) =>
    subject.storage.manifests.publish(HOME, {
      ...publicationOf(manifest.bytes, { tags, sparse: 'all' }),
      ...more,
    });
  /** Runs `work` and resolves to its events. */
  const eventsOf = async (work: () => Promise<unknown>): Promise<readonly RegistryEvent[]> => {
    const { outbox } = subject.storage;
    const before = (await outbox.locate('now')) ?? assert.fail();
    await work();
    return (await outbox.read(before, 1_000)).events;
  };

  it('of a first push are those of the repository, the manifest and the tags', async () => {
    const manifest = buildIndex();

    const events = await eventsOf(() => push(manifest, ['1.0', 'latest']));

    const digest = manifest.digest.toString();
    assert.deepEqual(events.map(plain), [
      { type: 'repository.created' },
      { type: 'manifest.pushed', digest },
      { type: 'tag.created', digest, tag: '1.0' },
      { type: 'tag.created', digest, tag: 'latest' },
    ]);
    assert.deepEqual(
      events.map(({ repository }) => repository),
      Array.from(events, () => 'team/app'),
    );
  });

  it('have the login, the request, the type, the size and the tags of the push', async () => {
    const manifest = buildIndex();

    const events = await eventsOf(() => push(manifest, ['1.0'], { by: 'ann', origin: ORIGIN }));

    const [, pushed] = events;
    const { mediaType, size } = manifest.descriptor;
    assert.deepEqual([pushed?.data.mediaType, pushed?.data.size], [mediaType, size]);
    assert.deepEqual([...(pushed?.data.tags ?? [])], ['1.0']);
    for (const { data, origin } of events) {
      assert.deepEqual([data.by, data.push, { ...origin }], ['ann', pushed?.data.push, ORIGIN]);
    }
    assert.notEqual(pushed?.data.push, undefined);
  });

  it('of a moved tag name the previous manifest', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await push(first, ['1.0']);

    const events = await eventsOf(() => push(second, ['1.0']));

    const [digest, previous] = [`${second.digest}`, `${first.digest}`];
    assert.deepEqual(events.map(plain), [
      { type: 'manifest.pushed', digest },
      { type: 'tag.moved', digest, tag: '1.0', previous },
    ]);
  });

  it('of a push that changes no tag are only that of the manifest', async () => {
    const manifest = buildIndex();
    await push(manifest, ['1.0']);

    const events = await eventsOf(() => push(manifest, ['1.0']));

    assert.deepEqual(events.map(plain), [
      { type: 'manifest.pushed', digest: `${manifest.digest}` },
    ]);
  });

  it('of a further tag for a manifest are complete', async () => {
    const [manifest, other] = [buildIndex(), buildIndex()];
    await push(manifest, ['1.0']);
    await push(other, ['latest']);

    const events = await eventsOf(() => push(manifest, ['latest', 'stable']));

    const [digest, previous] = [`${manifest.digest}`, `${other.digest}`];
    assert.deepEqual(events.map(plain), [
      { type: 'manifest.pushed', digest },
      { type: 'tag.moved', digest, tag: 'latest', previous },
      { type: 'tag.created', digest, tag: 'stable' },
    ]);
  });

  it('of a referrer name its subject', async () => {
    const image = buildImage();
    await push(image);
    const artifact = buildArtifact(image.descriptor, {});

    const events = await eventsOf(() => push(artifact));

    const [digest, about] = [`${artifact.digest}`, `${image.digest}`];
    assert.deepEqual(events.map(plain), [
      { type: 'manifest.pushed', digest },
      { type: 'referrer.added', digest, subject: about },
    ]);
  });

  it('of an image that a mirror fetched name the mirror, and no push', async () => {
    const manifest = buildIndex();
    const mirror = { name: 'docker.io', hasFetched: true };

    const events = await eventsOf(() => push(manifest, ['1.0'], { mirror }));

    const digest = manifest.digest.toString();
    assert.deepEqual(events.map(plain), [
      { type: 'repository.created' },
      { type: 'mirror.fetched', digest },
      { type: 'tag.created', digest, tag: '1.0' },
    ]);
    assert.deepEqual([...(events[1]?.data.tags ?? [])], ['1.0']);
    for (const { data } of events) assert.equal(data.mirror, 'docker.io');
  });

  it('of what a mirror publishes without fetching an image are those of the tags', async () => {
    const manifest = buildIndex();
    const mirror = { name: 'docker.io', hasFetched: false };
    await push(manifest, ['1.0'], { mirror });

    const events = await eventsOf(() => push(manifest, ['1.0', '1.1'], { mirror }));

    const digest = manifest.digest.toString();
    assert.deepEqual(events.map(plain), [{ type: 'tag.created', digest, tag: '1.1' }]);
  });

  it('do not exist for a push that is refused', async () => {
    const image = buildImage();
    const refused = subject.storage.manifests.publish(HOME, publicationOf(image.bytes));

    const events = await eventsOf(() =>
      assert.rejects(refused, (error) => kindOf(error) === 'manifest-blob-unknown'),
    );

    assert.deepEqual(events, []);
  });

  it('of a removed tag name the manifest, and exist only if the tag existed', async () => {
    const manifest = buildIndex();
    await push(manifest, ['1.0']);
    const remove = () =>
      subject.storage.tags.remove(HOME, tag('1.0'), { by: 'bob', origin: ORIGIN });

    const events = await eventsOf(remove);

    const [deleted] = events;
    assert.deepEqual(events.map(plain), [
      { type: 'tag.deleted', digest: `${manifest.digest}`, tag: '1.0' },
    ]);
    assert.deepEqual([deleted?.data.by, { ...deleted?.origin }], ['bob', ORIGIN]);
    assert.deepEqual(await eventsOf(remove), []);
  });

  it('of a removed manifest are one for each of its tags, and its own', async () => {
    const [manifest, other] = [buildIndex(), buildIndex()];
    await push(manifest, ['a', 'b', 'c']);
    await push(other, ['d']);
    const remove = () => subject.storage.manifests.remove(HOME, manifest.digest, { by: 'bob' });

    const events = await eventsOf(remove);

    const digest = `${manifest.digest}`;
    const tags = events.slice(0, 3).map(({ data }) => data.tag ?? '');
    assert.deepEqual(tags.sort(), ['a', 'b', 'c']);
    assert.deepEqual(
      events.slice(0, 3).map(({ type }) => type),
      Array(3).fill('tag.deleted'),
    );
    assert.deepEqual(events.slice(3).map(plain), [{ type: 'manifest.deleted', digest }]);
    assert.deepEqual(new Set(events.map(({ data }) => data.by)), new Set(['bob']));
    assert.deepEqual(await eventsOf(remove), []);
  });

  it('of parallel pushes of one tag form a chain', async () => {
    const manifests = Array.from({ length: 50 }, () => buildIndex());

    const events = await eventsOf(() =>
      Promise.all(manifests.map((manifest) => push(manifest, ['1.0']))),
    );

    const changes = events.filter(({ type }) => type.startsWith('tag.'));
    assert.equal(changes.length, 50);
    assert.equal(new Set(changes.map(({ data }) => data.previous ?? '')).size, 50);
    assert.equal(events.filter(({ type }) => type === 'repository.created').length, 1);
  });

  if (!hasCollector) return;

  it('of a repository that the collector removes are its own', async () => {
    const manifest = buildIndex();
    await push(manifest, ['1.0']);
    await pushArtifact(subject.storage, HOME, manifest.descriptor);
    const events = await eventsOf(async () => {
      await subject.storage.tags.remove(HOME, tag('1.0'));
      for (const hours of [2, 4, 6, 8, 10, 12]) await collectAll(subject, hours * 3_600_000);
    });

    assert.equal(await subject.storage.catalog.has(HOME), false);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['tag.deleted', 'repository.deleted'],
    );
  });
}

async function collectAll({ storage }: StorageOfTest, clockAheadMs: number): Promise<void> {
  const rules = { graceMs: 0, keepUntagged: false, uploadTtlMs: 3_600_000, clockAheadMs };
  await collect(storage.collector?.collect(rules) ?? assert.fail());
}

function plain({ type, data }: RegistryEvent) {
  const { digest, tag: name, previous, subject } = data;
  return {
    type,
    ...(digest !== undefined && { digest }),
    ...(name !== undefined && { tag: name }),
    ...(previous !== undefined && { previous }),
    ...(subject !== undefined && { subject }),
  };
}
