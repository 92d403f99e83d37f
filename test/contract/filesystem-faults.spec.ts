import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import {
  buildIndex,
  chunksOf,
  publish,
  pushBlob,
  pushImage,
  readBlob,
  repo,
  tag,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

let path: string;
let storage: Storage;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'berth-faults-'));
  storage = openFilesystemStorage({ path });
});
afterEach(async () => {
  await storage.close();
  await rm(path, { recursive: true, force: true });
});

function claimOf(repository: string, digest: Digest): string {
  return join(
    path,
    'repositories',
    repository.replace('/', '+'),
    'blobs',
    digest.algorithm,
    digest.hex,
  );
}

describe('a commit that fails half way', () => {
  it('leaves a session whose later bytes do not change the blob', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = Digest.of(bytes);
    // A file takes the name of the content's directory, so the commit fails after it has linked the claim.
    await mkdir(join(path, 'blobs', 'sha256'), { recursive: true });
    const obstacle = join(path, 'blobs', 'sha256', digest.hex.slice(0, 2));
    await writeFile(obstacle, '');
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);
    await held.append(chunksOf(bytes));
    await expect(held.commit(digest)).rejects.toThrow();
    await expect(held.append(chunksOf(uniqueBytes(10)))).rejects.toThrow();
    await held.release();
    await rm(obstacle);

    const again = await storage.uploads.open(HOME, id);
    await again.append(chunksOf(uniqueBytes(100)));
    await again.release();
    const stored = await readBlob(storage, HOME, digest);
    expect(stored === undefined || stored.equals(bytes)).toBe(true);
    await pushBlob(storage, HOME, bytes);
    expect((await readBlob(storage, HOME, digest))?.equals(bytes)).toBe(true);
  });
});

describe('a damaged blob', () => {
  it.each([
    ['cut off', (file: string) => truncate(file, 10)],
    ['emptied', (file: string) => truncate(file, 0)],
    [
      'overwritten at its length',
      (file: string) => writeFile(file, Buffer.alloc(1_000), { flag: 'r+' }),
    ],
  ])('that was %s is treated as absent, and a push repairs it', async (_, damage) => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(storage, HOME, bytes);
    await damage(claimOf(HOME, digest));
    expect(await storage.blobs.stat(HOME, digest)).toBeUndefined();
    expect(await storage.blobs.open(HOME, digest)).toBeUndefined();
    expect(await storage.blobs.link(OTHER, digest, HOME)).toBe(false);
    await pushBlob(storage, HOME, bytes);
    expect((await readBlob(storage, HOME, digest))?.equals(bytes)).toBe(true);
    await pushBlob(storage, OTHER, bytes);
    expect((await stat(claimOf(OTHER, digest))).ino).toBe((await stat(claimOf(HOME, digest))).ino);
  });

  it('is distinguished from a whole blob that was copied without its time', async () => {
    const bytes = uniqueBytes(1_000);
    const digest = await pushBlob(storage, HOME, bytes);
    await utimes(claimOf(HOME, digest), new Date(), new Date(1_600_000_000_000));
    expect((await readBlob(storage, HOME, digest))?.equals(bytes)).toBe(true);
  });
});

describe('a damaged manifest', () => {
  it.each([
    ['emptied', () => Buffer.alloc(0)],
    [
      'changed at its length',
      (bytes: Buffer) => Buffer.from(bytes.toString().replace('schema', 'SCHEMA')),
    ],
  ])('that was %s is treated as absent, and a push repairs it', async (_, damage) => {
    const { bytes, digest } = await pushImage(storage, HOME, { tags: ['1.0'] });
    const file = join(path, 'repositories', 'team+app', 'manifests', 'sha256', digest.hex);
    // A storage that has read the manifest does not use what it remembers of it.
    expect(await storage.manifests.open(HOME, digest)).toBeDefined();
    await writeFile(file, damage(bytes));
    expect(await storage.manifests.stat(HOME, digest)).toBeUndefined();
    expect(await storage.manifests.read(HOME, digest)).toBeUndefined();
    expect(await storage.manifests.open(HOME, digest)).toBeUndefined();
    expect(await storage.tags.resolve(HOME, tag('1.0'))).toBeUndefined();
    await publish(storage, HOME, bytes, { tags: ['1.0'] });
    expect(
      Buffer.from((await storage.manifests.read(HOME, digest))?.bytes ?? []).equals(bytes),
    ).toBe(true);
    expect(await storage.tags.resolve(HOME, tag('1.0'))).toMatchObject({ digest });
  });
});

describe('an incomplete tag', () => {
  it.each(['', '{"digest":"sha', 'null', '[]'])(
    'with the content %j is treated as absent',
    async (content) => {
      const { bytes } = await pushImage(storage, HOME, { tags: ['1.0', '2.0'] });
      await writeFile(join(path, 'repositories', 'team+app', 'tags', '1.0'), content);
      expect(await storage.tags.resolve(HOME, tag('1.0'))).toBeUndefined();
      await publish(storage, HOME, bytes, { tags: ['1.0'] });
      expect(await storage.tags.resolve(HOME, tag('1.0'))).toBeDefined();
    },
  );
});

describe('a foreign file in a store', () => {
  it('is never listed', async () => {
    const { digest } = await pushImage(storage, HOME, { tags: ['1.0'] });
    const home = join(path, 'repositories', 'team+app');
    await writeFile(join(home, 'tags', 'UPPER'), '{}');
    await writeFile(join(home, 'manifests', 'sha256', 'readme'), 'x');
    await mkdir(join(path, 'repositories', 'Not A Name'));
    const tags: string[] = [];
    for await (const name of storage.tags.list(HOME)) tags.push(name);
    expect(tags).toEqual(['1.0']);
    const digests: string[] = [];
    for await (const one of storage.manifests.digests(HOME)) digests.push(`${one}`);
    expect(digests).toEqual([`${digest}`]);
  });
});

describe('deleting a manifest while its tag is being moved', () => {
  it('keeps a tag that was set after the deletion began', async () => {
    const [one, other] = [buildIndex(), buildIndex()];
    for (let round = 0; round < 60; round++) {
      await publish(storage, HOME, one.bytes, { tags: ['moving'] });
      await Promise.all([
        storage.manifests.remove(HOME, one.digest),
        publish(storage, HOME, other.bytes, { tags: ['moving'] }),
      ]);
      expect(await storage.tags.resolve(HOME, tag('moving'))).toMatchObject({
        digest: other.digest,
      });
    }
    expect((await readdir(join(path, 'repositories', 'team+app', 'tags'))).sort()).toEqual([
      'moving',
    ]);
  });
});

describe('the directory of a store', () => {
  it('is created with its format if it does not exist', async () => {
    expect(await readFile(join(path, 'format'), 'utf8')).toBe('berth 1\n');
    const below = join(path, '..', `${path.split('/').at(-1) ?? ''}-new`, 'deep');
    openFilesystemStorage({ path: below });
    expect(await readFile(join(below, 'format'), 'utf8')).toBe('berth 1\n');
    await rm(join(below, '..'), { recursive: true });
  });

  it.each([
    ['has other files', 'thesis.txt', 'mine', /not empty and not a Berth store \(thesis\.txt\)/],
    ['has an unknown format', 'format', 'berth 99\n', /has the storage format "berth 99"/],
  ])('is refused when it %s', async (_, file, content, message) => {
    const other = await mkdtemp(join(tmpdir(), 'berth-foreign-'));
    await writeFile(join(other, file), content);
    expect(() => openFilesystemStorage({ path: other })).toThrow(message);
    await rm(other, { recursive: true });
  });

  it('is refused when it is a file', async () => {
    expect(() => openFilesystemStorage({ path: join(path, 'format') })).toThrow(
      /is not a directory$/,
    );
  });

  it('may contain the files that file systems create', async () => {
    const other = await mkdtemp(join(tmpdir(), 'berth-mounted-'));
    await mkdir(join(other, 'lost+found'));
    openFilesystemStorage({ path: other });
    await rm(other, { recursive: true });
  });
});

describe('a full disk', () => {
  it('makes a read of lost bytes fail, even if other bytes were written there since', async () => {
    const full = openFilesystemStorage({ path, minFreeBytes: 1 });
    const { id } = await full.uploads.begin(HOME, 'sha256');
    const held = await full.uploads.open(HOME, id);
    const kept = uniqueBytes(1_000);
    await held.append(chunksOf(kept));
    // A size that no disk has.
    const tooMuch = Object.defineProperty(uniqueBytes(1), 'byteLength', { value: 1024 ** 5 });
    let reading: AsyncIterator<Buffer> | undefined;

    const appending = held.append(
      (async function* () {
        yield uniqueBytes(1_000_000);
        reading = held.read?.({ start: 0, end: 1_000_999 })[Symbol.asyncIterator]();
        await reading?.next();
        yield tooMuch;
      })(),
    );
    await expect(appending).rejects.toMatchObject({ kind: 'storage-full' });
    expect(held.written).toBe(1_000);
    await held.append(chunksOf(uniqueBytes(1_000_000)));

    await expect(reading?.next()).rejects.toThrow(/the append failed/);
    await held.release();
  });

  it('refuses writes that would use the reserve before it reads the first byte, and still serves reads', async () => {
    const bytes = uniqueBytes(100);
    const digest = await pushBlob(storage, HOME, bytes);
    const full = openFilesystemStorage({ path, minFreeBytes: 1024 ** 5 });
    const refused = { kind: 'storage-full' };
    await expect(full.uploads.begin(HOME, 'sha256')).rejects.toMatchObject(refused);
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await full.uploads.open(HOME, id);
    let asked = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      asked = true;
      yield bytes;
      await Promise.resolve();
    }
    await expect(held.append(source(), 100)).rejects.toMatchObject(refused);
    expect(asked).toBe(false);
    await held.release();
    await expect(publish(full, HOME, buildIndex().bytes)).rejects.toMatchObject(refused);
    expect((await readBlob(full, HOME, digest))?.equals(bytes)).toBe(true);
  });
});
