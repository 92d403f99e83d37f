import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { type RepositoryName } from '../../../src/domain/repository-name.js';
import { pushImage, repo } from '../../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { SnapshotFile } from '../../../src/storage/filesystem/snapshot-file.js';
import {
  type LargeBlob,
  type RepositoryFigures,
  type StorageSnapshot,
} from '../../../src/storage/ports/statistics.js';
import { collect } from '../../../src/storage/contract/fixtures.js';

const HOME = repo('team/app');
const DAY_MS = 24 * 3_600_000;

describe('the snapshot on disk', () => {
  let root: string;
  let path: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-'));
    path = join(root, 'statistics', 'snapshot');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it.each([
    ['is empty', ''],
    ['is not JSON', 'figures'],
    ['has another format', '{"format":2,"asOf":5}\n'],
  ])('is treated as absent if it %s', async (_, text) => {
    const file = new SnapshotFile(path);
    await file.write(snapshotOf(1));
    await writeFile(path, text);

    expect(await file.read()).toBeUndefined();
  });

  it('is read again after another process has replaced it', async () => {
    const [writer, reader] = [new SnapshotFile(path), new SnapshotFile(path)];
    await writer.write(snapshotOf(1));
    const first = await reader.read();
    await writer.write(snapshotOf(2));

    expect(first?.repositories.size).toBe(1);
    expect((await reader.read())?.repositories.size).toBe(2);
  });

  it('is written without the leftovers of writers that died', async () => {
    const file = new SnapshotFile(path);
    await file.write(snapshotOf(1));
    const [dead, live] = [`${path}.aaaaaaaaaaaa~`, `${path}.bbbbbbbbbbbb~`];
    for (const leftover of [dead, live]) await writeFile(leftover, 'half');
    const long = new Date(Date.now() - DAY_MS);
    await utimes(dead, long, long);

    await file.write(snapshotOf(1));

    expect(await readdir(join(root, 'statistics'))).toEqual(
      ['snapshot', 'snapshot.bbbbbbbbbbbb~'].sort(),
    );
  });

  it('keeps no request waiting while 10,000 repositories are read', async () => {
    await new SnapshotFile(path).write(snapshotOf(10_000));
    let turns = 0;
    let reading = true;
    const turn = (): void => {
      turns++;
      if (reading) setImmediate(turn);
    };
    setImmediate(turn);

    const found = await new SnapshotFile(path).read();
    reading = false;

    expect(found).toEqual(snapshotOf(10_000));
    expect(turns).toBeGreaterThan(100);
  });
});

describe('figures of a repository on disk', () => {
  it('are counted without any change of a last-used time', async () => {
    const root = await mkdtemp(join(tmpdir(), 'berth-'));
    const storage = openFilesystemStorage({ path: root, touchAfterMs: 1_000 });
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    const files = await filesIn(root);
    const old = new Date(Date.now() - DAY_MS);
    for (const file of files) await utimes(file, old, old);

    await storage.statistics.measure(HOME);
    await collect(storage.statistics.holders(HOME, [image.digest]));

    for (const file of files) expect((await stat(file)).mtime).toEqual(old);
    await storage.tags.resolve(HOME, (await collect(storage.tags.list(HOME)))[0] ?? fail());
    const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
    expect(times.some((time) => time > old.getTime())).toBe(true);
    await storage.close();
    await rm(root, { recursive: true });
  });
});

function fail(): never {
  throw new Error('the repository has no tag');
}

async function filesIn(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'repositories'), {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function snapshotOf(count: number): StorageSnapshot {
  const repositories = new Map<RepositoryName, RepositoryFigures>();
  for (let number = 0; number < count; number++) {
    const bytes = { logicalBytes: 3_000 + number, uniqueBytes: 1_000 + number, sharedBytes: 2_000 };
    const figures = { tags: 3, manifests: 4, blobs: 5, ...bytes };
    repositories.set(repo(`team-${number % 100}/app-${number}`), {
      ...figures,
      ...(number % 2 === 0 && { lastPushedAt: 1_700_000_000_000 + number }),
      ...(number % 4 === 0 && { lastPushedBy: 'ann' }),
    });
  }
  const totals = { repositories: count, manifests: 4, logicalBytes: 9, storedBytes: 8 };
  const names = [...repositories.keys()].slice(0, 1_000);
  const largest = Array.from({ length: 100 }, (_, number): LargeBlob => {
    const digest = Digest.of(Buffer.from(`${number}`));
    return { digest, size: 1_000 - number, repositories: names };
  });
  return { asOf: 5, repositories, totals, largest, growth: [{ at: 5, ...totals }] };
}
