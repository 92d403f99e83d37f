import { mkdtemp, mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest, newHash } from '../../../src/domain/digest.js';
import { OCI_IMAGE, OCI_INDEX } from '../../../src/domain/media-type.js';
import { newUploadId, type UploadSession } from '../../../src/domain/upload-session.js';
import { repo } from '../../../src/storage/contract/fixtures.js';
import { Durability } from '../../../src/storage/filesystem/disk/durability.js';
import { Layout } from '../../../src/storage/filesystem/layout.js';
import { MediaTypes } from '../../../src/storage/filesystem/media-types.js';
import { RunningHashes } from '../../../src/storage/protocol/running-hashes.js';
import { Seal } from '../../../src/storage/filesystem/seal.js';
import { StoredFiles } from '../../../src/storage/filesystem/stored-files.js';
import { TagNames } from '../../../src/storage/filesystem/tag-names.js';
import { Trash } from '../../../src/storage/filesystem/trash.js';

/** Longer than a tick of the file system's clock. */
const SETTLE_MS = 40;

class CountingDurability extends Durability {
  readonly synced: string[] = [];

  override syncDirectory(path: string): Promise<void> {
    this.synced.push(path);
    return Promise.resolve();
  }
}

describe('a full cache of the filesystem storage drops the least recently used entry', () => {
  let root: string;
  let layout: Layout;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-caches-'));
    layout = new Layout(root);
    await writeFile(layout.format, 'format');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const storedFiles = (maxDamaged?: number): StoredFiles => {
    const trash = new Trash(layout, new Durability(false, root));
    return new StoredFiles(layout, Seal.of(layout.format), trash, Infinity, maxDamaged);
  };

  it('of hashes of uploads', () => {
    const hashes = new RunningHashes(2);
    const session = (): UploadSession => {
      const id = newUploadId();
      return { id, repository: repo('team/app'), offset: 1, algorithm: 'sha256' };
    };
    const [one, two, three] = [session(), session(), session()];
    for (const { id } of [one, two, one, three])
      hashes.keep(id, { offset: 1, hash: newHash('sha256') });

    expect([one, two, three].map((each) => hashes.take(each) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('of media types', () => {
    const manifests = new MediaTypes(2);
    const bytesOf = (mediaType: string) => Buffer.from(JSON.stringify({ mediaType }));
    const digests = ['one', 'two', 'three'].map((text) => Digest.of(Buffer.from(text)));
    const [one, two, three] = digests as [Digest, Digest, Digest];
    for (const digest of [one, two, one, three]) manifests.mediaTypeOf(digest, bytesOf(OCI_INDEX));

    // A cached type is returned for any bytes.
    const types = [one, three, two].map((each) => manifests.mediaTypeOf(each, bytesOf(OCI_IMAGE)));
    expect(types).toEqual([OCI_INDEX, OCI_INDEX, OCI_IMAGE]);
  });

  it('of durable directories', async () => {
    const durability = new CountingDurability(true, root, 500);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(root, name)) as [string, string, string];
    for (const path of [a, b, a, c]) await durability.ensureDirectory(path);
    expect(durability.synced).toHaveLength(3);

    for (const path of [a, c]) await durability.ensureDirectory(path);
    expect(durability.synced).toHaveLength(3);
    await durability.ensureDirectory(b);
    expect(durability.synced).toHaveLength(4);
  });

  it('of damaged files', async () => {
    const files = storedFiles(2);
    const paths = ['a', 'b', 'c'].map((name) => join(root, name)) as [string, string, string];
    const [a, b, c] = paths;
    const digest = Digest.of(Buffer.from('whole'));
    const write = async (path: string, text: string): Promise<void> => {
      await writeFile(path, text);
      await utimes(path, 1, 1);
    };
    for (const path of paths) await write(path, 'wrong');
    for (const path of [a, b, a, c]) expect(await files.sizeAt(path, digest)).toBeUndefined();

    // The cache cannot distinguish these files from the damaged ones.
    for (const path of paths) await write(path, 'whole');
    expect(await files.sizeAt(a, digest)).toBeUndefined();
    expect(await files.sizeAt(c, digest)).toBeUndefined();
    expect(await files.sizeAt(b, digest)).toBe(5);
  });

  describe('of tags', () => {
    const [a, b, c] = [repo('a'), repo('b'), repo('c')];
    beforeEach(async () => {
      for (const repository of [a, b, c]) {
        await mkdir(layout.tags(repository), { recursive: true });
        await writeFile(join(layout.tags(repository), 'latest'), '');
      }
      await delay(SETTLE_MS);
    });

    const listing = async (names: TagNames, repository: typeof a) =>
      (await names.after(repository, '')).names;

    it('by the bytes of the tags', async () => {
      const names = new TagNames(layout, 150);
      const first = [await listing(names, a), await listing(names, b)];
      expect(await listing(names, a)).toBe(first[0]);
      await listing(names, c);

      expect(await listing(names, a)).toBe(first[0]);
      expect(await listing(names, b)).not.toBe(first[1]);
    });

    it('but keeps one repository whose tags exceed its size', async () => {
      const names = new TagNames(layout, 10);
      const first = await listing(names, a);

      expect(first).toEqual(['latest']);
      expect(await listing(names, a)).toBe(first);
    });
  });
});
