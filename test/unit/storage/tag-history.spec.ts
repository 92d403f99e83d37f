import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { buildIndex, collect, publish, repo, tag } from '../../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';

const HOME = repo('team/app');
const TAG = tag('1.0');

describe('the history of a tag on the disk', () => {
  let path: string;
  let file: string;
  let record: string;
  let storage: Storage;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-history-'));
    file = join(path, 'repositories/team+app/history/1.0');
    record = join(path, 'repositories/team+app/tags/1.0');
    storage = openFilesystemStorage({ path, fsync: false });
  });
  afterEach(async () => {
    await storage.close();
    await rm(path, { recursive: true, force: true });
  });

  const push = async (): Promise<string> =>
    `${await publish(storage, HOME, buildIndex().bytes, { tags: ['1.0'] })}`;
  const history = async (): Promise<string[]> => {
    const changes = await collect(storage.tags.history(HOME, TAG));
    return changes.map(({ digest }) => `${digest ?? 'removed'}`);
  };

  it('has no file after the first push of a tag', async () => {
    await push();

    expect(await readdir(join(path, 'repositories/team+app'))).not.toContain('history');
  });

  it('leaves nothing else in the directory of the tags after a removal', async () => {
    await push();
    await storage.tags.remove(HOME, TAG);

    expect(await readdir(join(path, 'repositories/team+app/tags'))).toEqual([]);
  });

  it('loses one line that a power cut left incomplete, and none after it', async () => {
    const digests = [await push(), await push(), await push()];
    const { length } = await readFile(file);
    await truncate(file, length - 20);
    digests.push(await push());

    expect(await history()).toEqual([digests[3], digests[2], digests[0]]);
  });

  it('has a record once that the owner of a claim and its successor both wrote', async () => {
    const digests = [await push(), await push()];
    await appendFile(file, await readFile(file));
    digests.push(await push());

    expect(await history()).toEqual(digests.toReversed());
  });

  it('has no removal that was recorded but did not happen', async () => {
    const digests = [await push()];
    const kept = await readFile(record);
    await storage.tags.remove(HOME, TAG);
    await writeFile(record, kept);

    expect(await history()).toEqual(digests);
    // The next writer takes over the claim of the dead one, and so records the tag again.
    await appendFile(file, Buffer.concat([Buffer.from('\n'), kept]));
    await rm(record);
    digests.push(await push());
    expect(await history()).toEqual(digests.toReversed());
  });

  it('is shortened when it has more than 200 lines', async () => {
    for (let count = 0; count < 320; count++) await push();
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');

    expect(lines.length).toBeGreaterThanOrEqual(100);
    expect(lines.length).toBeLessThanOrEqual(220);
    expect(await history()).toHaveLength(100);
  });

  it('is collected with its repository, and not before', async () => {
    await push();
    const { digest } = (await storage.tags.resolve(HOME, TAG)) ?? {};
    const pass = async (): Promise<void> => {
      const rules = { graceMs: 0, keepUntagged: true, uploadTtlMs: 1, clockAheadMs: 10_000 };
      if (storage.collector !== undefined) await collect(storage.collector.collect(rules));
    };
    await push();
    await pass();
    expect(await history()).toHaveLength(2);

    if (digest !== undefined) await storage.manifests.remove(HOME, digest);
    const second = await storage.tags.resolve(HOME, TAG);
    if (second !== undefined) await storage.manifests.remove(HOME, second.digest);
    expect(await history()).toHaveLength(3);
    await pass();

    expect(await readdir(join(path, 'repositories'))).toEqual([]);
    expect(await history()).toEqual([]);
  });
});
