import { mkdtemp, open, readFile, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { newHash } from '../../src/domain/digest.js';
import { Durability } from '../../src/storage/filesystem/disk/durability.js';
import { FreeSpace } from '../../src/storage/filesystem/disk/free-space.js';
import { StagedWriter, writeFrom } from '../../src/storage/filesystem/staged-file.js';
import { chunksOf, uniqueBytes } from '../../src/storage/contract/fixtures.js';

const LARGE = uniqueBytes(40 * 1024 * 1024);

/** Records the calls of `syncFile` instead of forcing anything to the disk. The first call fails with `failure`, if set. */
class NotedDurability extends Durability {
  /** The size of the file at each call. */
  readonly asked: number[] = [];

  constructor(private failure?: Error) {
    super(true, tmpdir());
  }

  override async syncFile(handle: FileHandle): Promise<void> {
    this.asked.push((await handle.stat()).size);
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }
}

describe('writing to a staged file', () => {
  let folder: string;
  let file: FileHandle;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-'));
    file = await open(join(folder, 'staged'), 'w+');
  });
  afterEach(async () => {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  });

  function writerOver(durability: Durability, hash = newHash('sha256')): StagedWriter {
    const space = new FreeSpace(folder, 0);
    return new StagedWriter({ file: async () => file, hash, durability, space }, 0);
  }

  it('hashes the written bytes', async () => {
    const hash = newHash('sha256');
    const writer = writerOver(new NotedDurability(), hash);

    expect(await writeFrom(chunksOf(LARGE), writer)).toEqual({ position: LARGE.byteLength });
    expect((await readFile(join(folder, 'staged'))).equals(LARGE)).toBe(true);
    expect(hash.digest('hex')).toBe(newHash('sha256').update(LARGE).digest('hex'));
  });

  it('forces a large file to the disk while more bytes arrive, and completely at the end', async () => {
    const durability = new NotedDurability();
    const writer = writerOver(durability);
    await writeFrom(chunksOf(LARGE), writer);
    await writer.force();

    expect(durability.asked.length).toBeGreaterThanOrEqual(3);
    expect(durability.asked[0]).toBeLessThan(LARGE.byteLength);
    expect(durability.asked.at(-1)).toBe(LARGE.byteLength);
  });

  it('fails before the end of the source after a sync has failed', async () => {
    const writer = writerOver(new NotedDurability(new Error('the disk is broken')));
    const writing = writeFrom(chunksOf(LARGE), writer);

    await expect(writing).rejects.toThrow('the disk is broken');
    expect(writer.position).toBeLessThan(LARGE.byteLength);
    // The kernel reports an error only once: a later sync must not look successful.
    await expect(writer.force()).rejects.toThrow('the disk is broken');
  });
});
