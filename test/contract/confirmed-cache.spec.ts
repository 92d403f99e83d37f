import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest, DIGEST_ALGORITHMS } from '../../src/domain/digest.js';
import { ConfirmedCache } from '../../src/storage/filesystem/disk/confirmed-cache.js';
import { openFilesystemStorage } from '../../src/storage/filesystem/filesystem-storage.js';
import {
  buildIndex,
  collect,
  publish,
  pushImage,
  repo,
  tag,
} from '../../src/storage/contract/fixtures.js';

/** Longer than a tick of the file system's clock. */
const SETTLE_MS = 40;

describe('the cached value of a file', () => {
  let directory: string;
  let path: string;
  let reads: number;
  let cache: ConfirmedCache<string>;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'berth-cache-'));
    path = join(directory, 'file');
    reads = 0;
    cache = new ConfirmedCache({ maxEntries: 3, maxBytes: 1_000_000, bytesOf: textSize });
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const get = (at = path): string | undefined =>
    cache.get(at, () => {
      reads++;
      return readText(at);
    });

  it('is read once', async () => {
    writeFileSync(path, 'one');
    await delay(SETTLE_MS);
    expect([get(), get(), get()]).toEqual(['one', 'one', 'one']);
    expect(reads).toBe(1);
  });

  it('is read again after the file was changed, replaced or removed', async () => {
    writeFileSync(path, 'one');
    await delay(SETTLE_MS);
    expect(get()).toBe('one');
    writeFileSync(path, 'two');
    expect(get()).toBe('two');
    writeFileSync(`${path}.new`, 'six');
    utimesSync(`${path}.new`, 1, 1);
    renameSync(`${path}.new`, path);
    expect(get()).toBe('six');
    rmSync(path);
    expect(get()).toBeUndefined();
  });

  it('is not kept while a later change could go unnoticed', () => {
    for (let count = 0; count < 300; count++) {
      writeFileSync(path, String(count % 10));
      expect(get()).toBe(String(count % 10));
    }
  });

  it('is dropped from a full cache if it is the least recently used one', async () => {
    const paths = ['a', 'b', 'c', 'd'].map((name) => join(directory, name));
    const [a = '', b = '', c = '', d = ''] = paths;
    paths.forEach((one) => writeFileSync(one, one));
    await delay(SETTLE_MS);
    for (const one of [a, b, c, a, d]) get(one);
    expect(reads).toBe(4);

    for (const one of [a, c, d]) get(one);
    expect(reads).toBe(4);
    expect(get(b)).toBe(b);
    expect(reads).toBe(5);
  });
});

describe('a cache of values of files', () => {
  it('has at most its limit of bytes, and none for a value above it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'berth-cache-'));
    const cache = new ConfirmedCache({ maxEntries: 100, maxBytes: 10_000, bytesOf: textSize });
    let reads = 0;
    const get = (name: string, size: number): void => {
      cache.get(join(directory, name), () => {
        reads++;
        return 'x'.repeat(size);
      });
    };
    for (const name of ['a', 'b', 'c', 'large']) writeFileSync(join(directory, name), name);
    await delay(SETTLE_MS);
    for (const name of ['a', 'b', 'c']) get(name, 4_000);
    expect(reads).toBe(3);
    for (const name of ['c', 'b', 'a']) get(name, 4_000);
    expect(reads).toBe(4);
    for (let count = 0; count < 2; count++) get('large', 20_000);
    expect(reads).toBe(6);
    rmSync(directory, { recursive: true, force: true });
  });
});

function textSize(text: string): number {
  return text.length;
}

describe('a cached listing of tags', () => {
  it('shows tags and manifests that another process sets or removes', async () => {
    const path = mkdtempSync(join(tmpdir(), 'berth-listing-'));
    const [here, elsewhere] = [openFilesystemStorage({ path }), openFilesystemStorage({ path })];
    const home = repo('team/app');
    const list = async () => {
      await delay(SETTLE_MS);
      await collect(here.tags.list(home));
      return (await collect(here.tags.list(home))).map(String);
    };
    const first = await pushImage(elsewhere, home, { tags: ['b', 'a'] });
    expect(await list()).toEqual(['a', 'b']);
    const second = await pushImage(elsewhere, home, { tags: ['C', 'a'] });
    expect(await list()).toEqual(['C', 'a', 'b']);
    expect(await collect(here.tags.list(home, 'a'))).toEqual(['b']);
    await elsewhere.tags.remove(home, tag('C'));
    expect(await list()).toEqual(['a', 'b']);
    await elsewhere.manifests.remove(home, first.digest);
    expect(await list()).toEqual(['a']);
    await publish(elsewhere, home, first.bytes, { tags: ['d'] });
    await elsewhere.manifests.remove(home, second.digest);
    expect(await list()).toEqual(['d']);
    await here.close();
    await elsewhere.close();
    rmSync(path, { recursive: true, force: true });
  });

  it.each(DIGEST_ALGORITHMS)(
    'leaves out a tag whose manifest by %s was lost',
    async (algorithm) => {
      const path = mkdtempSync(join(tmpdir(), 'berth-listing-'));
      const storage = openFilesystemStorage({ path });
      const home = repo('team/app');
      await publish(storage, home, buildIndex().bytes, { tags: ['kept'] });
      const { bytes } = buildIndex();
      const lost = Digest.of(bytes, algorithm);
      await publish(storage, home, bytes, { tags: ['lost'], algorithm });
      await delay(SETTLE_MS);
      const list = async () => (await collect(storage.tags.list(home))).map(String);
      for (let round = 0; round < 3; round++) expect(await list()).toEqual(['kept', 'lost']);

      rmSync(join(path, `repositories/team+app/manifests/${algorithm}/${lost.hex}`));

      expect(await list()).toEqual(['kept']);
      await storage.close();
      rmSync(path, { recursive: true, force: true });
    },
  );
});

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
