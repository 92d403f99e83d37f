import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import {
  buildImage,
  chunksOf,
  collect,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  tag,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { DiskWitness } from '../support/disk-witness.js';

const DEEP = repo('a/b/c/d');
const OTHER = repo('other/one');

/** The paths of sessions. A power cut may lose a whole session, and its client then begins a new one. */
const SESSION_STATE = /^store\/new\/uploads\/[^/]+\/[^/]+(?:\/|$)/;

/** A power cut may lose a replaced record of a tag, which its successor names. */
const REPLACED = /^(bytes of )?store\/new\/repositories\/[^/]+\/history\//;

/** Events are not synced: a power cut may lose the last ones. */
const EVENTS = /^(?:bytes of )?store\/new\/events(?:\/|$)/;

/** A test with a real power cut would not find a missing sync: ext4 commits its whole journal at the sync of any directory. */
describe('after an acknowledged request, a power cut keeps', () => {
  let root: string;
  let witness: DiskWitness;
  let storage: Storage;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-witness-'));
    witness = new DiskWitness(root);
    jest.unstable_mockModule('node:fs/promises', () => witness.promises);
    jest.unstable_mockModule('node:fs', () => witness.blocking);
    const { openFilesystemStorage } =
      await import('../../src/storage/filesystem/filesystem-storage.js');
    storage = openFilesystemStorage({ path: join(root, 'store', 'new') });
  });
  afterAll(async () => {
    await storage.close();
    await rm(root, { recursive: true, force: true });
  });

  function expectDurable(): void {
    const lost = witness.volatile.filter((name) => !SESSION_STATE.test(name));
    expect(lost.filter((name) => !REPLACED.test(name) && !EVENTS.test(name))).toEqual([]);
    expect(witness.namedBeforeDurable).toEqual([]);
  }

  it('the files of a new store', () => {
    expect(witness.volatile).toEqual(['store/new/repositories']);
  });

  it('an upload with its acknowledged bytes', async () => {
    const { id } = await storage.uploads.begin(repo('begun/in/depth'), 'sha256');
    expectDurable();
    const held = await storage.uploads.open(repo('begun/in/depth'), id);
    await held.append(chunksOf(uniqueBytes(200_000)));
    expectDurable();
    await held.release();
  });

  it('a blob, its claim, and all their parent directories in a new repository', async () => {
    await pushBlob(storage, DEEP, uniqueBytes(1_000));
    expectDurable();
  });

  it('a blob in a new directory of the shared content', async () => {
    // The first two digits of a digest name the directory, so nearly every one of a few blobs gets a new one.
    for (let count = 0; count < 20; count++) {
      await pushBlob(storage, DEEP, uniqueBytes(10));
      expectDurable();
    }
  });

  it('a claim on a blob of another repository, mounted or pushed again', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(storage, DEEP, bytes);
    await storage.blobs.link(repo('mounted/into'), digest, DEEP);
    expectDurable();
    await pushBlob(storage, repo('pushed/into'), bytes);
    expectDurable();
  });

  it('a manifest with its tags, in a new and in an existing repository', async () => {
    for (const repository of [OTHER, OTHER, DEEP]) {
      await pushImage(storage, repository, { tags: ['1.0', 'latest'] });
      expectDurable();
    }
    await publish(storage, repo('tagged'), buildImage().bytes, { tags: ['1'], sparse: 'all' });
    expectDurable();
  });

  it('the removal of a tag, and what was removed', async () => {
    const removed = repo('removed');
    for (const tags of [['1.0', '2.0'], ['1.0']]) {
      await publish(storage, removed, buildImage().bytes, { tags, sparse: 'all' });
    }
    const { digest } = (await storage.tags.resolve(removed, tag('2.0'))) ?? {};
    await storage.tags.remove(removed, tag('1.0'));
    if (digest !== undefined) await storage.manifests.remove(removed, digest);

    expectDurable();
    expect(witness.volatile.filter((name) => name.includes('/removed/'))).toEqual([]);
    expect(await collect(storage.tags.history(removed, tag('1.0')))).toHaveLength(3);
    expect(await collect(storage.tags.history(removed, tag('2.0')))).toHaveLength(2);
  });

  it('a referrer and its entry, by both algorithms', async () => {
    const subject = buildImage().descriptor;
    for (const algorithm of ['sha256', 'sha512'] as const) {
      await pushArtifact(storage, OTHER, subject, { algorithm, tags: ['sbom'] });
      expectDurable();
    }
  });

  it('a damaged blob and a damaged manifest that were pushed again', async () => {
    const home = join(root, 'store', 'new', 'repositories', 'damaged');
    const damaged = repo('damaged');
    const blob = uniqueBytes(1_000);
    const manifest = buildImage().bytes;
    const push = async (): Promise<string[]> => {
      const one = await pushBlob(storage, damaged, blob);
      const other = await publish(storage, damaged, manifest, { sparse: 'all' });
      return [join(home, 'blobs', 'sha256', one.hex), join(home, 'manifests', 'sha256', other.hex)];
    };
    for (const file of await push()) await truncate(file, 10);
    await push();
    expectDurable();
    expect(await storage.blobs.stat(damaged, Digest.of(blob))).toBe(1_000);
  });
});
