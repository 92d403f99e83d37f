import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { Durability } from '../../../src/storage/filesystem/disk/durability.js';
import { UploadDirectory } from '../../../src/storage/filesystem/upload-directory.js';
import { held, idleName } from '../../../src/storage/filesystem/upload-state.js';

/** A writer that is silent for this time loses its hold. */
const STALE_MS = 400;

/** Copies after the event loop could run for a while, as for many bytes. */
class SlowCopies extends Durability {
  constructor(
    root: string,
    private readonly copied: Promise<void>,
  ) {
    super(true, root);
  }

  override async copyFile(from: string, to: string): Promise<void> {
    await this.copied;
    return super.copyFile(from, to);
  }
}

describe('a writer that takes over an upload', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'berth-takeover-'));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));

  it('keeps its hold while it copies many bytes', async () => {
    const idle = { offset: 5, algorithm: 'sha256', knownDigest: undefined } as const;
    const dead = held({ ...idle, busySince: undefined, file: idleName(idle) });
    await writeFile(join(path, dead.file), 'bytes');
    await delay(2 * STALE_MS);
    let finish = (): void => undefined;
    const copied = new Promise<void>((resolve) => (finish = resolve));
    const taking = new UploadDirectory(path, new SlowCopies(path, copied)).takeHold(dead, STALE_MS);
    await delay(3 * STALE_MS);

    const other = new UploadDirectory(path, new Durability(true, path));
    const state = other.state();
    const second = state && (await other.takeHold(state, STALE_MS));
    finish();

    expect(second).toBeUndefined();
    const fresh = await taking;
    expect(fresh).toBeDefined();
    expect(await readdir(path)).toEqual([fresh?.file]);
  });
});
