import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import { type OpenBlob } from '../../src/storage/ports/blob-store.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import { pushBlob, readAll, repo, uniqueBytes } from '../../src/storage/contract/fixtures.js';

const HOME = repo('team/app');

describe('reading a large blob from the file system', () => {
  const bytes = uniqueBytes(9_000_000);
  let path: string;
  let storage: Storage;
  let blob: OpenBlob;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-'));
    storage = openFilesystemStorage({ path });
    const opened = await storage.blobs.open(HOME, await pushBlob(storage, HOME, bytes));
    if (opened === undefined) throw new Error('the blob does not exist');
    blob = opened;
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await blob.close();
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  function all(): AsyncIterable<Uint8Array> {
    return blob.read({ start: 0, end: blob.size - 1 });
  }

  it('lets other work run between two pieces', async () => {
    let turns = 0;
    let pieces = 0;
    let reading = true;
    const turn = (): void => {
      turns++;
      if (reading) setImmediate(turn);
    };
    setImmediate(turn);
    for await (const piece of all()) pieces += piece.byteLength > 0 ? 1 : 0;
    reading = false;

    expect(pieces).toBeGreaterThan(10);
    expect(turns).toBeGreaterThanOrEqual(pieces);
  });

  it('uses other threads after a slow read of the disk, and returns the same bytes', async () => {
    const quick = await timed(0);
    const slow = await timed(50);

    expect(quick.bytes.equals(bytes)).toBe(true);
    expect(slow.bytes.equals(bytes)).toBe(true);
    expect(slow.asked).toBeLessThan(quick.asked / 4);
  });

  /** Reads the blob with a clock that advances by `step` milliseconds per call. Only pieces read on this thread use the clock. */
  async function timed(step: number): Promise<{ bytes: Buffer; asked: number }> {
    let clock = 0;
    const now = jest.spyOn(performance, 'now').mockImplementation(() => (clock += step));
    const read = await readAll(all());
    const asked = now.mock.calls.length;
    now.mockRestore();
    return { bytes: read, asked };
  }
});
