import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type RegistryEvent } from '../../../../src/domain/registry-event.js';
import {
  buildIndex,
  collect,
  publish,
  publicationOf,
  repo,
  tag,
  type BuiltManifest,
} from '../../../../src/storage/contract/fixtures.js';
import { openFilesystemStorage } from '../../../../src/storage/filesystem/filesystem-storage.js';
import { FilePublishSteps } from '../../../../src/storage/filesystem/publish-steps.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { replace } from '../collect/schedule/observed-memory.js';

const HOME = repo('team/app');
const LATER_MS = 4 * 3_600_000;

let path: string;
let storage: Storage;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'berth-'));
  storage = openFilesystemStorage({ path });
});
afterEach(async () => {
  await storage.close();
  await rm(path, { recursive: true, force: true });
});

/** Pushes from another process that dies in one step of its push. */
async function pushAndDie(
  { bytes }: BuiltManifest,
  tags: readonly string[],
  step: 'placeManifest' | 'record' | 'removeIntent',
): Promise<void> {
  const dead = openFilesystemStorage({ path });
  let undo = (): void => undefined;
  await new Promise<void>((resolve) => {
    const stop = () => (): Promise<never> => {
      resolve();
      return new Promise(() => undefined);
    };
    undo = replace(FilePublishSteps.prototype, step, stop);
    void dead.manifests.publish(HOME, { ...publicationOf(bytes, { tags }), by: 'ann' });
  });
  undo();
  await dead.close();
}

async function collectLater(): Promise<void> {
  const rules = { graceMs: 3_600_000, keepUntagged: true, uploadTtlMs: 3_600_000 };
  await collect(storage.collector?.collect({ ...rules, clockAheadMs: LATER_MS }) ?? nothing());
}

function nothing(): never {
  throw new Error('the storage has no collector');
}

async function events(): Promise<readonly RegistryEvent[]> {
  return (await storage.outbox.read('', 1_000)).events;
}

function plain({ type, data }: RegistryEvent): string {
  const { tag: name = '', previous, by, recovered } = data;
  const from = previous === undefined ? '' : ` from ${previous}`;
  return `${type} ${name}${from} ${by ?? ''}${recovered === true ? ' recovered' : ''}`;
}

describe('the events of a push whose process died before it recorded them', () => {
  it('are recorded when the collector finds the dead push, once', async () => {
    const first = buildIndex();
    await publish(storage, HOME, first.bytes, { tags: ['1.0'] });
    const { length } = await events();
    await pushAndDie(buildIndex(), ['1.0', '1.1'], 'record');

    await collectLater();
    await collectLater();

    expect((await events()).slice(length).map(plain)).toEqual([
      'manifest.pushed  ann recovered',
      `tag.moved 1.0 from ${first.digest} ann recovered`,
      'tag.created 1.1 ann recovered',
    ]);
    expect(await readdir(join(path, 'repositories/team+app/pending')).catch(() => [])).toEqual([]);
  });

  it('are recorded by a retry of the push, and the collector adds those of the manifest alone', async () => {
    const [first, second] = [buildIndex(), buildIndex()];
    await publish(storage, HOME, first.bytes, { tags: ['1.0'] });
    const { length } = await events();
    await pushAndDie(second, ['1.0'], 'record');

    await publish(storage, HOME, second.bytes, { tags: ['1.0'] });
    await collectLater();

    expect((await events()).slice(length).map(plain)).toEqual([
      'manifest.pushed  ',
      `tag.moved 1.0 from ${first.digest} `,
      'manifest.pushed   recovered',
    ]);
  });

  it('leave no change without an event if another push has moved the tag', async () => {
    const [first, second, third] = [buildIndex(), buildIndex(), buildIndex()];
    await publish(storage, HOME, first.bytes, { tags: ['1.0'] });
    await pushAndDie(second, ['1.0'], 'record');

    await publish(storage, HOME, third.bytes, { tags: ['1.0'] });

    const moved = (await events()).filter(({ type }) => type === 'tag.moved');
    expect(moved.map(({ data }) => data.previous)).toEqual([`${second.digest}`]);
  });

  it('are not recorded if the manifest was not published', async () => {
    await pushAndDie(buildIndex(), [], 'placeManifest');

    await collectLater();

    expect(await events()).toEqual([]);
  });
});

it('the events of a push whose process died after it recorded them are not recorded again', async () => {
  const manifest = buildIndex();
  await pushAndDie(manifest, ['1.0'], 'removeIntent');
  const before = await events();

  await collectLater();

  expect(before.map(({ type }) => type)).toEqual([
    'repository.created',
    'manifest.pushed',
    'tag.created',
  ]);
  expect(await events()).toEqual(before);
});

it('a push that fails halfway records the tags that it has set', async () => {
  const [first, second] = [buildIndex(), buildIndex()];
  await publish(storage, HOME, first.bytes, { tags: ['a'] });
  const { length } = await events();
  const undo = replace(FilePublishSteps.prototype, 'hasManifest', () => () => {
    return Promise.reject(new Error('the disk is gone'));
  });

  const failed = publish(storage, HOME, second.bytes, { tags: ['a', 'b'] });
  await expect(failed).rejects.toThrow('the disk is gone');
  undo();

  expect((await events()).slice(length).map(plain)).toEqual([
    `tag.moved a from ${first.digest} `,
    'tag.created b ',
  ]);
  expect((await storage.tags.resolve(HOME, tag('b')))?.digest).toEqual(second.digest);
});
