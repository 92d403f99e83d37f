import { mkdtemp, readdir, rm, symlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { GrowingBlob } from '../../../../src/mirror/flights/growing-blob.js';
import { openNameless, SpoolFile } from '../../../../src/mirror/flights/spool-file.js';
import { collect, pushBlob, repo, uniqueBytes } from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';

const KIB = 1024;

describe('a spool file', () => {
  let folder: string;
  let failures: unknown[];
  let closed: number;
  let file: SpoolFile;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-spool-file-'));
    [failures, closed] = [[], 0];
    file = newFile(300 * KIB);
    await file.open(join(folder, 'file'));
  });
  afterEach(async () => {
    await file.close();
    await rm(folder, { recursive: true });
  });

  function newFile(bytes: number): SpoolFile {
    return new SpoolFile(bytes, {
      onFailure: (error) => void failures.push(error),
      onClose: () => void (closed += 1),
    });
  }

  /** Opens a file whose disk has room for so many bytes: a full disk would need a file system of its own. */
  async function openFull(path: string, room: number): Promise<FileHandle> {
    const handle = await openNameless(path);
    const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<unknown>;
    const limited = (bytes: Uint8Array, offset: number, length: number, position: number) => {
      if (position >= room) throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
      return write(bytes, offset, Math.min(length, room - position), position);
    };
    return Object.assign(handle, { write: limited });
  }

  it('passes on what it keeps, and gives any part of it', async () => {
    const bytes = uniqueBytes(280 * KIB);

    const passed = await collect(file.keeping(inPieces(bytes, 100 * KIB)));

    expect(Buffer.concat(passed).equals(bytes)).toBe(true);
    expect(file.written).toBe(280 * KIB);
    expect(file.missing).toBe(20 * KIB);
    for (const [start = 0, end = 0] of [
      [0, 0],
      [5, 270_000],
      [0, 280 * KIB - 1],
    ]) {
      const part = await read(file, start, end);
      expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    await expect(read(file, 0, 280 * KIB)).rejects.toThrow(RangeError);
  });

  it('keeps no more than it may, and passes on all', async () => {
    const bytes = uniqueBytes(500 * KIB);

    const passed = await collect(file.keeping(inPieces(bytes, 70 * KIB)));

    expect(Buffer.concat(passed).equals(bytes)).toBe(true);
    expect(file.written).toBe(300 * KIB);
    expect((await read(file, 0, 300 * KIB - 1)).equals(bytes.subarray(0, 300 * KIB))).toBe(true);
    expect(failures).toEqual([]);
  });

  it('leaves no name, and can be read by this user alone', async () => {
    const handle = await openNameless(join(folder, 'other'));
    try {
      expect(await readdir(folder)).toEqual([]);
      expect((await handle.stat()).mode & 0o777).toBe(0o600);
    } finally {
      await handle.close();
    }
  });

  it('never takes the file that a link names', async () => {
    const path = join(folder, 'link');
    await symlink(join(folder, 'target'), path);

    await expect(openNameless(path)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readdir(folder)).toEqual(['link']);
  });

  it('gives nothing after it is closed, and says so once', async () => {
    await collect(file.keeping(inPieces(uniqueBytes(300 * KIB), 100 * KIB)));
    const reading = file.read({ start: 0, end: 300 * KIB - 1 });
    await reading.next();

    await file.close();
    await file.close();

    expect(file.written).toBe(0);
    await expect(reading.next()).rejects.toThrow('the spool file was closed');
    await expect(read(file, 0, 0)).rejects.toThrow(RangeError);
    expect(closed).toBe(1);
  });

  it('passes on all also after the disk is full, frees it, and reports that once', async () => {
    const full = newFile(300 * KIB);
    await full.open(join(folder, 'full'), (path) => openFull(path, 150 * KIB));
    const bytes = uniqueBytes(300 * KIB);

    const passed = await collect(full.keeping(inPieces(bytes, 50 * KIB)));

    expect(Buffer.concat(passed).equals(bytes)).toBe(true);
    expect(full.written).toBe(0);
    expect(failures).toEqual([expect.objectContaining({ code: 'ENOSPC' })]);
    expect(closed).toBe(1);
  });

  it('that fails lets its readers have the rest once the blob is stored', async () => {
    const storage = createMemoryStorage({ maxBytes: Infinity });
    const repository = repo('docker.io/library/alpine');
    const bytes = uniqueBytes(300 * KIB);
    const digest = await pushBlob(storage, repository, bytes);
    const full = newFile(300 * KIB);
    await full.open(join(folder, 'full'), (path) => openFull(path, 250 * KIB));
    const growing = new GrowingBlob(300 * KIB, full, () => storage.blobs.open(repository, digest));
    const download = full.keeping(inPieces(bytes, 100 * KIB));
    await download.next();
    await download.next();
    growing.grew();
    const reader = growing
      .open()
      .read({ start: 0, end: 300 * KIB - 1 })
      [Symbol.asyncIterator]();
    const first = Buffer.from(((await reader.next()) as IteratorYieldResult<Uint8Array>).value);
    expect(first.byteLength).toBeLessThan(250 * KIB);

    await collect(download);
    const rest = collect(copies({ [Symbol.asyncIterator]: () => reader }));
    growing.stored();

    expect(Buffer.concat([first, ...(await rest)]).equals(bytes)).toBe(true);
  });

  it.each(['before', 'after'])(
    'that fails keeps no reader that leaves %s it fails',
    async (when) => {
      const large = newFile(1_024 * KIB);
      await large.open(join(folder, 'large'));
      await collect(large.keeping(inPieces(uniqueBytes(1_024 * KIB), 100 * KIB)));
      const growing = new GrowingBlob(1_024 * KIB, large, () => Promise.resolve(undefined));
      const blob = growing.open();
      const reading = blob.read({ start: 0, end: 1_024 * KIB - 1 })[Symbol.asyncIterator]();
      const first = (await reading.next()) as IteratorYieldResult<Uint8Array>;
      expect(first.value.byteLength).toBe(256 * KIB);

      if (when === 'before') blob.leave?.();
      await large.close();
      const next = reading.next();
      next.catch(() => undefined);
      await setImmediate();
      if (when === 'after') blob.leave?.();

      await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    },
  );
});

async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += length) {
    await Promise.resolve();
    yield bytes.subarray(start, start + length);
  }
}

async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function read(file: SpoolFile, start: number, end: number): Promise<Buffer> {
  return Buffer.concat(await collect(copies(file.read({ start, end }))));
}
