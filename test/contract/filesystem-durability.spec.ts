import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import {
  buildImage,
  chunksOf,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  repo,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { DiskWitness } from '../support/disk-witness.js';

const DEEP = repo('a/b/c/d');
const OTHER = repo('other/one');

/** A session, with its directory: after a power cut it may be gone as a whole, and its repetition begins a new one. */
const SESSION_STATE = /^store\/new\/uploads\/[^/]+\/[^/]+(?:\/|$)/;

/** ext4 commits its whole journal at the sync of any directory, so that no power cut shows one that is missing. */
describe('what the file system keeps when a push is acknowledged', () => {
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
    expect(witness.volatile.filter((name) => !SESSION_STATE.test(name))).toEqual([]);
    expect(witness.namedBeforeDurable).toEqual([]);
  }

  it('is every name and every byte of a store', () => {
    expect(witness.volatile).toEqual(['store/new/repositories']);
  });

  it('is an upload, and what was acknowledged of it', async () => {
    const { id } = await storage.uploads.begin(repo('begun/in/depth'), 'sha256');
    expectDurable();
    const held = await storage.uploads.open(repo('begun/in/depth'), id);
    await held.append(chunksOf(uniqueBytes(200_000)));
    expectDurable();
    await held.release();
  });

  it('is a blob, its claim, and every directory above them, in a new repository', async () => {
    await pushBlob(storage, DEEP, uniqueBytes(1_000));
    expectDurable();
  });

  it('is a blob in a new directory of the shared content', async () => {
    // The first two digits of a digest name it: nearly all of so few are the first with theirs.
    for (let count = 0; count < 20; count++) {
      await pushBlob(storage, DEEP, uniqueBytes(10));
      expectDurable();
    }
  });

  it('is a claim on a blob that another repository has, mounted or pushed again', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(storage, DEEP, bytes);
    await storage.blobs.link(repo('mounted/into'), digest, DEEP);
    expectDurable();
    await pushBlob(storage, repo('pushed/into'), bytes);
    expectDurable();
  });

  it('is a manifest with its tags, in a new repository and in an old one', async () => {
    for (const repository of [OTHER, OTHER, DEEP]) {
      await pushImage(storage, repository, { tags: ['1.0', 'latest'] });
      expectDurable();
    }
    await publish(storage, repo('tagged'), buildImage().bytes, { tags: ['1'], sparse: 'all' });
    expectDurable();
  });

  it('is a referrer and its entry, by both algorithms', async () => {
    const subject = buildImage().descriptor;
    for (const algorithm of ['sha256', 'sha512'] as const) {
      await pushArtifact(storage, OTHER, subject, { algorithm, tags: ['sbom'] });
      expectDurable();
    }
  });

  it('is a blob and a manifest that were damaged, when they are pushed again', async () => {
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
