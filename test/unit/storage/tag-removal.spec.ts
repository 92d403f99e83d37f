import * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';

const DEAD_AFTER_MS = 200;
const digestOf = (text: string): Digest => Digest.of(Buffer.from(text));

describe('a removal of a tag at the same time as', () => {
  let directory: string;
  let path: string;
  /** Delays each rename until it resolves. */
  let beforeRename: () => Promise<void>;
  let set: (text: string) => Promise<string>;
  let remove: () => Promise<string>;
  let history: () => string[];
  beforeEach(async () => {
    directory = await promises.mkdtemp(join(tmpdir(), 'berth-tag-'));
    path = join(directory, 'tag');
    beforeRename = () => Promise.resolve();
    const rename = async (from: string, to: string): Promise<void> => {
      await beforeRename();
      await promises.rename(from, to);
    };
    jest.resetModules();
    jest.unstable_mockModule('node:fs/promises', () => ({ ...promises, rename }));
    const { TagPlacement } = await import('../../../src/storage/filesystem/tag-placement.js');
    const { TagRemoval } = await import('../../../src/storage/filesystem/tag-removal.js');
    const { TagHistory } = await import('../../../src/storage/filesystem/tag-history.js');
    const { readTagFile } = await import('../../../src/storage/filesystem/tag-file.js');
    const { Durability } = await import('../../../src/storage/filesystem/disk/durability.js');
    const durability = new Durability(false, directory);
    const kept = new TagHistory(durability, join(directory, 'history', 'tag'));
    const base = { mediaType: OCI_INDEX, size: 1, pushedAt: 1 };
    set = async (text) => {
      const target = { ...base, digest: digestOf(text) };
      const placement = new TagPlacement(
        durability,
        path,
        kept,
        target,
        () => undefined,
        DEAD_AFTER_MS,
      );
      return `${(await placement.place()).from}`;
    };
    remove = async () => {
      const removed = await new TagRemoval(path, kept, { at: 2 }, DEAD_AFTER_MS).run(() => true);
      return `${removed?.record?.digest}`;
    };
    history = () => kept.changes(readTagFile(path)).map(({ digest }) => `${digest ?? 'removed'}`);
  });
  afterEach(() => promises.rm(directory, { recursive: true, force: true }));

  /** Suspends the next rename. Returns a function that lets it go on. */
  function suspendNext(): () => void {
    let wakeUp = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wakeUp = resolve));
    let sleepers = 0;
    beforeRename = () => (sleepers++ === 0 ? asleep : Promise.resolve());
    return wakeUp;
  }
  const soon = () => new Promise((resolve) => setTimeout(resolve, 50));

  it('another removal happens once', async () => {
    await set('one');

    const removed = await Promise.all([remove(), remove(), remove()]);

    expect(removed.toSorted()).toEqual([`${digestOf('one')}`, 'undefined', 'undefined']);
    expect(history()).toEqual(['removed', `${digestOf('one')}`]);
  });

  it('pushes removes the record that the history names, and no later one', async () => {
    await set('one');
    const wakeUp = suspendNext();
    const removing = remove();
    await soon();

    expect(await set('two')).toBe(`${digestOf('one')}`);
    wakeUp();

    // It was considered dead, and begins again with the new record.
    expect(await removing).toBe(`${digestOf('two')}`);
    expect(history()).toEqual(['removed', `${digestOf('two')}`, `${digestOf('one')}`]);
    expect(await promises.readdir(directory)).toEqual(['history']);
  });

  it('a push that died after its claim waits until the writer is considered dead', async () => {
    await set('one');
    const wakeUp = suspendNext();
    const pushing = set('two');
    await soon();

    expect(await remove()).toBe(`${digestOf('one')}`);
    expect(history()).toEqual(['removed', `${digestOf('one')}`]);
    wakeUp();

    expect(await pushing).toBe('undefined');
    expect(history()).toEqual([`${digestOf('two')}`, 'removed', `${digestOf('one')}`]);
  });

  it('a removal that died after its record was written repeats it', async () => {
    await set('one');
    suspendNext();
    void remove();
    await soon();

    expect(await remove()).toBe(`${digestOf('one')}`);
    expect(history()).toEqual(['removed', `${digestOf('one')}`]);
  });
});
