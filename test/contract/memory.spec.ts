import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../src/domain/digest.js';
import { ByteBlocks } from '../../src/storage/memory/byte-blocks.js';
import { createMemoryStorage } from '../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import {
  buildImage,
  buildIndex,
  chunksOf,
  collect,
  publish,
  pushBlob,
  repo,
  thenThrow,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { storageContract } from '../../src/storage/contract/storage-contract.js';

storageContract(
  { describe, it, beforeEach, afterEach },
  'memory',
  (options) => {
    const storage = createMemoryStorage({ maxBytes: 256 * 1024 * 1024, ...options });
    return Promise.resolve({ storage, dispose: () => storage.close() });
  },
  { uploadReads: true, liveNotes: true },
);

const HOME = repo('team/app');
const OTHER = repo('team/other');
const MAX_BYTES = 100_000;

describe('the limit of the memory storage', () => {
  it('makes an append beyond it fail, with the name of the setting', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);

    const appending = held.append(chunksOf(uniqueBytes(MAX_BYTES + 1), 1_000));

    await expect(appending).rejects.toMatchObject({
      kind: 'storage-full',
      message: 'the memory limit of 100000 bytes (REGISTRY_MEMORY_MAX_BYTES) is reached',
    });
  });

  it('makes an append with a larger announced size fail before the first byte is read', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);
    let asked = false;
    const source = (async function* () {
      asked = true;
      yield* chunksOf(uniqueBytes(10));
    })();

    const appending = held.append(source, MAX_BYTES + 1);

    await expect(appending).rejects.toMatchObject({ kind: 'storage-full' });
    expect(asked).toBe(false);
    expect(await held.append(chunksOf(uniqueBytes(MAX_BYTES)), MAX_BYTES)).toBe(MAX_BYTES);
  });

  it('leaves a refused append without effect: the session is held, and the memory is free', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const bytes = uniqueBytes(2_000);
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);
    await held.append(chunksOf(bytes.subarray(0, 500)));
    await held.append(chunksOf(uniqueBytes(MAX_BYTES), 1_000)).catch(() => undefined);

    expect((await storage.uploads.find(HOME, id))?.offset).toBe(500);
    await expectFree(storage, MAX_BYTES - 500);
    await held.append(chunksOf(bytes.subarray(500)));
    expect(await held.commit(Digest.of(bytes))).toBe(2_000);
    await expectFree(storage, MAX_BYTES - 2_000);
  });

  it('makes a read of lost bytes fail, even if other bytes were written there since', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);
    await held.append(chunksOf(uniqueBytes(500)));
    let reading: AsyncIterator<Buffer> | undefined;

    const appending = held.append(
      (async function* () {
        yield uniqueBytes(50_000);
        reading = held.read?.({ start: 0, end: 50_499 })[Symbol.asyncIterator]();
        await reading?.next();
        yield uniqueBytes(MAX_BYTES);
      })(),
    );
    await expect(appending).rejects.toMatchObject({ kind: 'storage-full' });
    expect(held.written).toBe(500);
    await held.append(chunksOf(uniqueBytes(50_000)));

    await expect(reading?.next()).rejects.toThrow(/the append failed/);
  });

  it('is exact to the byte', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });

    await expectFree(storage, MAX_BYTES);
    await pushBlob(storage, HOME, uniqueBytes(MAX_BYTES));
    await expectFree(storage, 0);
  });

  it('counts content once, until its last claim is removed', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const bytes = uniqueBytes(40_000);
    const digest = await pushBlob(storage, HOME, bytes);
    await pushBlob(storage, OTHER, bytes);
    await storage.blobs.link(repo('third'), digest, HOME);
    await expectFree(storage, 60_000);

    await storage.blobs.unlink(HOME, digest);
    await storage.blobs.unlink(OTHER, digest);
    await expectFree(storage, 60_000);
    await storage.blobs.unlink(repo('third'), digest);
    await expectFree(storage, MAX_BYTES);
  });

  it('counts the bytes of uploads until they are discarded', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const held = await storage.uploads.open(HOME, id);
    await held.append(thenThrow(uniqueBytes(30_000), new Error('cut'))).catch(() => undefined);
    await held.release();
    await expectFree(storage, 70_000);

    await (await storage.uploads.open(HOME, id)).discard();
    await expectFree(storage, MAX_BYTES);
  });

  it('no longer counts the unacknowledged bytes of a writer that lost its hold', async () => {
    const clock = { now: 1_000 };
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES, now: () => clock.now });
    const { id } = await storage.uploads.begin(HOME, 'sha256');
    const stalled = await storage.uploads.open(HOME, id);

    const appending = stalled.append(
      (async function* () {
        yield uniqueBytes(25_000);
        await expectFree(storage, 75_000);
        clock.now += 5_001;
        const next = await storage.uploads.open(HOME, id);
        await expectFree(storage, MAX_BYTES);
        await next.release();
        yield uniqueBytes(25_000);
      })(),
    );

    await expect(appending).rejects.toMatchObject({ kind: 'upload-offset' });
    await expectFree(storage, MAX_BYTES);
  });

  it('counts a manifest once, until it is removed', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const { bytes, digest } = buildIndex();
    await publish(storage, HOME, bytes);
    await publish(storage, HOME, bytes, { tags: ['again'] });
    await expectFree(storage, MAX_BYTES - bytes.byteLength);

    await storage.manifests.remove(HOME, digest);
    await storage.manifests.remove(HOME, digest);
    await expectFree(storage, MAX_BYTES);
  });

  it('counts nothing for a manifest whose content is missing', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });

    await publish(storage, HOME, buildImage().bytes).catch(() => undefined);

    await expectFree(storage, MAX_BYTES);
  });

  it('refuses a manifest that goes beyond it, and leaves nothing of it visible', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    await pushBlob(storage, OTHER, uniqueBytes(MAX_BYTES - 10));

    const publishing = publish(storage, HOME, buildIndex().bytes, { tags: ['v1'] });

    await expect(publishing).rejects.toMatchObject({ kind: 'storage-full' });
    expect(await storage.catalog.has(HOME)).toBe(false);
    expect(await collect(storage.tags.list(HOME))).toEqual([]);
  });

  it('allows new tags on existing manifests when it is reached', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const { bytes } = buildIndex();
    await publish(storage, HOME, bytes);
    await pushBlob(storage, OTHER, uniqueBytes(MAX_BYTES - bytes.byteLength));

    await publish(storage, HOME, bytes, { tags: ['v1'] });

    expect(await collect(storage.tags.list(HOME))).toEqual(['v1']);
  });
});

describe('the records of the memory storage count beyond 8 MiB', () => {
  const MANY = 100_000;
  const refused = { kind: 'storage-full' };

  it('in uploads without a byte, until they are discarded', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const begun = await untilRefused(MANY, () => storage.uploads.begin(HOME, 'sha256'));
    expect(begun.error).toMatchObject(refused);
    for await (const { id } of storage.uploads.idleSince(Date.now() + 1_000)) {
      await (await storage.uploads.open(HOME, id)).discard();
    }
    await expectFree(storage, MAX_BYTES);
  });

  it('in tags and their history, until their repository is collected', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const { bytes, digest } = buildIndex();
    const set = await untilRefused(MANY, (count) =>
      publish(storage, HOME, bytes, { tags: [`tag-${count}`] }),
    );
    expect(set.error).toMatchObject(refused);
    await storage.manifests.remove(HOME, digest);
    const rules = { graceMs: 0, keepUntagged: true, uploadTtlMs: 1, clockAheadMs: 10_000 };
    if (storage.collector !== undefined) await collect(storage.collector.collect(rules));
    await expectFree(storage, MAX_BYTES);
  });

  it('in repositories that mount one blob', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    const digest = await pushBlob(storage, HOME, uniqueBytes(1));
    const mounted = await untilRefused(MANY, (count) =>
      storage.blobs.link(repo(`team/app-${count}`), digest, HOME),
    );
    expect(mounted.error).toMatchObject(refused);
  });

  it('but not in lists of referrers that nobody has', async () => {
    const storage = createMemoryStorage({ maxBytes: MAX_BYTES });
    await publish(storage, HOME, buildIndex().bytes);
    for (let count = 0; count < 20_000; count++) {
      const unknown = Digest.of(Buffer.from(`${count}`));
      await collect(storage.manifests.referrers(HOME, unknown));
    }
    await publish(storage, HOME, buildIndex().bytes);
  });
});

/** Repeats `work` until it fails. */
async function untilRefused(
  most: number,
  work: (count: number) => Promise<unknown>,
): Promise<{ count: number; error: unknown }> {
  for (let count = 0; count < most; count++) {
    try {
      await work(count);
    } catch (error) {
      return { count, error };
    }
  }
  return { count: most, error: undefined };
}

it('ByteBlocks keeps the order of appended and adopted bytes', () => {
  const parts = [10, 1_030, 1, 300_000, 5].map(uniqueBytes);
  const whole = new ByteBlocks();
  for (const part of parts) {
    const adopted = new ByteBlocks();
    adopted.append(part);
    whole.append(part);
    whole.adopt(adopted);
    expect(adopted.size).toBe(0);
  }

  const read = Buffer.concat([...whole.read({ start: 0, end: whole.size - 1 })]);

  expect(read.equals(Buffer.concat(parts.flatMap((part) => [part, part])))).toBe(true);
});

/** Asserts that exactly `bytes` more can be uploaded. Discards the upload that tests it. */
async function expectFree(storage: Storage, bytes: number): Promise<void> {
  const name = repo('probe');
  const { id } = await storage.uploads.begin(name, 'sha256');
  const held = await storage.uploads.open(name, id);
  expect(await held.append(chunksOf(Buffer.alloc(bytes)))).toBe(bytes);
  await expect(held.append(chunksOf(Buffer.alloc(1)))).rejects.toMatchObject({
    kind: 'storage-full',
  });
  await held.discard();
}
