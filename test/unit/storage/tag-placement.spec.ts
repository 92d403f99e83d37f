import * as promises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { OCI_INDEX } from '../../../src/domain/media-type.js';
import { type TagPlacement } from '../../../src/storage/filesystem/tag-placement.js';

const DEAD_AFTER_MS = 200;
const target = (text: string) => ({
  digest: Digest.of(Buffer.from(text)),
  mediaType: OCI_INDEX,
  size: text.length,
  pushedAt: Date.now(),
});

describe('parallel changes of one tag', () => {
  let directory: string;
  let path: string;
  /** Delays each rename until it resolves. */
  let beforeRename: (from: string) => Promise<void>;
  let change: (text: string, check?: (current: Digest | undefined) => void) => TagPlacement;
  beforeEach(async () => {
    directory = await promises.mkdtemp(join(tmpdir(), 'berth-tag-'));
    path = join(directory, 'tag');
    beforeRename = () => Promise.resolve();
    const rename = async (from: string, to: string): Promise<void> => {
      await beforeRename(from);
      await promises.rename(from, to);
    };
    jest.resetModules();
    jest.unstable_mockModule('node:fs/promises', () => ({ ...promises, rename }));
    const tags = await import('../../../src/storage/filesystem/tag-placement.js');
    const { TagHistory } = await import('../../../src/storage/filesystem/tag-history.js');
    const { Durability } = await import('../../../src/storage/filesystem/disk/durability.js');
    const durability = new Durability(false, directory);
    const history = new TagHistory(durability, join(directory, 'history', 'tag'));
    change = (text, check = () => undefined) =>
      new tags.TagPlacement(durability, path, history, target(text), check, DEAD_AFTER_MS);
  });
  afterEach(() => promises.rm(directory, { recursive: true, force: true }));

  const set = async (text: string): Promise<string> => `${(await change(text).place()).from}`;
  const digestOf = (text: string): string => `${target(text).digest}`;

  it('leave no file but the tag', async () => {
    await set('one');
    await set('two');

    expect(await promises.readdir(directory)).toEqual(['history', 'tag']);
  });

  it('wait until a writer that died after its claim is considered dead, and then replace the same record', async () => {
    await set('one');
    let stopped = false;
    beforeRename = () => {
      if (stopped) return Promise.resolve();
      stopped = true;
      return new Promise(() => undefined);
    };
    void change('dead').place();
    await new Promise((resolve) => setTimeout(resolve, 50));

    const begin = Date.now();
    expect(await set('two')).toBe(digestOf('one'));
    expect(Date.now() - begin).toBeGreaterThanOrEqual(DEAD_AFTER_MS - 100);
  });

  it('lock out a writer that was considered dead, which starts again when it wakes up', async () => {
    await set('one');
    let wakeUp = (): void => undefined;
    const asleep = new Promise<void>((resolve) => (wakeUp = resolve));
    let sleepers = 0;
    beforeRename = () => (sleepers++ === 0 ? asleep : Promise.resolve());
    const sleeping = change('slow').place();
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(await set('two')).toBe(digestOf('one'));
    wakeUp();

    expect(`${(await sleeping).from}`).toBe(digestOf('two'));
    expect(await set('three')).toBe(digestOf('slow'));
  });

  it('do not move a tag that another process set while the record was about to be written', async () => {
    const fixed = change('fixed', (current) => {
      if (current !== undefined) throw new Error(`it points to ${current}`);
    });
    const discard = fixed.discard.bind(fixed);
    let first = true;
    fixed.discard = async () => {
      if (first) await set('other');
      first = false;
      await discard();
    };

    await expect(fixed.place()).rejects.toThrow(`it points to ${digestOf('other')}`);
    expect(await set('next')).toBe(digestOf('other'));
  });

  it('write the record again if it was removed while the writer was suspended', async () => {
    await set('one');
    const suspended = change('two');
    await suspended.stage();
    for (const name of await promises.readdir(directory)) {
      if (name.startsWith('~')) await promises.unlink(join(directory, name));
    }

    expect(`${(await suspended.place()).from}`).toBe(digestOf('one'));
  });

  it('read the tag again if another writer was first', async () => {
    await set('one');
    const late = change('late');
    await late.stage();
    await set('two');

    expect(`${(await late.place()).from}`).toBe(digestOf('two'));
  });
});
