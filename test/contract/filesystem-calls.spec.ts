import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

import { type Digest } from '../../src/domain/digest.js';
import { OCI_INDEX } from '../../src/domain/media-type.js';
import { type OpenBlob } from '../../src/storage/ports/blob-store.js';
import { type Storage } from '../../src/storage/ports/storage.js';
import {
  buildIndex,
  buildManifest,
  chunksOf,
  publish,
  pushBlob,
  repo,
  uniqueBytes,
} from '../../src/storage/contract/fixtures.js';
import { CountedCalls } from '../support/counted-calls.js';

const HOME = repo('team/app');
/** Longer than a tick of the file system's clock. */
const SETTLE_MS = 40;

const calls = new CountedCalls();
let root: string;
let storage: Storage;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'berth-'));
  jest.unstable_mockModule('node:fs/promises', () => calls.promises);
  jest.unstable_mockModule('node:fs', () => calls.blocking);
  const { openFilesystemStorage } =
    await import('../../src/storage/filesystem/filesystem-storage.js');
  storage = openFilesystemStorage({ path: join(root, 'store') });
});
afterAll(async () => {
  await storage.close();
  await rm(root, { recursive: true, force: true });
});

describe('one stat and one open are enough for', () => {
  async function publishOf(bytes: number): Promise<Digest> {
    const annotations = { large: uniqueBytes(bytes / 2).toString('hex') };
    const index = buildManifest({
      ...{ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [], annotations },
    });
    await publish(storage, HOME, index.bytes);
    // The media type of a manifest is read from its bytes once.
    await storage.manifests.stat(HOME, index.digest);
    return index.digest;
  }

  it.each([
    ['a small blob', 1_000, ['statSync', 'openSync', 'readSync', 'closeSync']],
    ['a large blob', 200_000, ['statSync', 'open']],
  ])('opening %s', async (_, bytes, expected) => {
    const digest = await pushBlob(storage, HOME, uniqueBytes(bytes));
    const opened: (OpenBlob | undefined)[] = [];

    const made = await calls.of(async () => opened.push(await storage.blobs.open(HOME, digest)));
    await opened[0]?.close();

    expect(made).toEqual(expected);
  });

  it('reading the size or the location of a blob, without the open', async () => {
    const digest = await pushBlob(storage, HOME, uniqueBytes(10));

    expect(await calls.of(() => storage.blobs.stat(HOME, digest))).toEqual(['statSync']);
    expect(await calls.of(() => storage.blobs.locate(HOME, digest))).toEqual(['statSync']);
  });

  it.each([
    ['a small manifest', 1_000, ['statSync', 'openSync', 'readSync', 'closeSync']],
    ['a large manifest', 100_000, ['statSync', 'open']],
  ])('opening %s', async (_, bytes, expected) => {
    const digest = await publishOf(bytes);
    const contents: unknown[] = [];

    const made = await calls.of(async () => {
      contents.push((await storage.manifests.open(HOME, digest))?.content);
    });
    const [content] = contents as (OpenBlob | Uint8Array)[];
    if (content !== undefined && 'close' in content) await content.close();

    expect(made).toEqual(expected);
  });

  it('reading the size and type of a manifest, without the open', async () => {
    const digest = await publishOf(1_000);

    expect(await calls.of(() => storage.manifests.stat(HOME, digest))).toEqual(['statSync']);
  });

  it('reading a manifest into memory', async () => {
    const digest = await publishOf(1_000);

    expect(await calls.of(() => storage.manifests.read(HOME, digest))).toEqual([
      ...['statSync', 'openSync', 'readSync', 'closeSync'],
    ]);
  });
});

it('a page of tags takes a stat of their directory and one of their manifests', async () => {
  await publish(storage, HOME, buildIndex().bytes, { tags: ['a', 'b'] });
  // What has just changed is read again.
  await delay(SETTLE_MS);
  const page = () => storage.tags.page(HOME, undefined, 100);
  await page();

  expect(await calls.of(page)).toEqual(['statSync', 'statSync']);
});

it('a commit of acknowledged bytes opens only the directory that it syncs', async () => {
  const bytes = uniqueBytes(1_000);
  const digest = await pushBlob(storage, repo('team/base'), bytes);
  await pushBlob(storage, HOME, uniqueBytes(10));
  const { id } = await storage.uploads.begin(HOME, 'sha256');
  const first = await storage.uploads.open(HOME, id);
  await first.append(chunksOf(bytes));
  await first.release();

  const made = await calls.of(async () => (await storage.uploads.open(HOME, id)).commit(digest));

  expect(made.filter((call) => call.startsWith('open'))).toEqual(['open']);
  expect(await storage.blobs.stat(HOME, digest)).toBe(1_000);
});

describe('the history of a tag costs', () => {
  const images = [buildIndex(), buildIndex()] as const;
  beforeAll(async () => {
    for (const { bytes } of images) {
      // Later pushes find every directory.
      await publish(storage, HOME, bytes, { tags: ['moved', 'first'] });
      await publish(storage, HOME, bytes, { tags: ['moved', 'first'] });
    }
  });
  async function callsOfPush(image: number, name: string): Promise<Map<string, number>> {
    const made = await calls.of(() =>
      publish(storage, HOME, images[image]?.bytes ?? Buffer.of(), { tags: [name] }),
    );
    const counts = new Map<string, number>();
    for (const call of made) counts.set(call, (counts.get(call) ?? 0) + 1);
    return counts;
  }

  it('one append for a push that moves a tag', async () => {
    const same = await callsOfPush(1, 'moved');

    const moving = await callsOfPush(0, 'moved');

    expect(moving.get('open')).toBe((same.get('open') ?? 0) + 1);
    // The size of the file, and its directory with those above it.
    expect((moving.get('statSync') ?? 0) - (same.get('statSync') ?? 0)).toBeLessThanOrEqual(3);
    for (const call of moving.keys()) {
      if (!['open', 'statSync', 'existsSync'].includes(call))
        expect([call, moving.get(call)]).toEqual([call, same.get(call)]);
    }
    // Whether the push that set the tag before has recorded it matters only if the tag does not move.
    expect(moving.get('existsSync')).toBe((same.get('existsSync') ?? 0) - 1);
  });

  it('two reads of the tag for a push that moves it, and one for its first push', async () => {
    // The events are one more file.
    expect((await callsOfPush(1, 'moved')).get('openSync')).toBe(3);
    expect((await callsOfPush(1, 'fresh')).get('openSync')).toBe(2);
  });

  it('nothing for the first push of a tag', async () => {
    const made = await callsOfPush(0, 'new');

    // The intent and the record, and one sync of each of their directories.
    expect(made.get('open')).toBe((await callsOfPush(0, 'another')).get('open'));
    const directory = await readdir(join(root, 'store/repositories/team+app/history'));
    expect(directory.toSorted()).toEqual(['first', 'moved']);
  });
});
