import { link, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { hasCode, ignoreNotFound } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { readSmallFile } from './disk/small-files.js';
import { identityOf, pushOf } from './records.js';

/** How long a writer waits before it looks again at another one that works on the same tag. In milliseconds. */
const LOOK_AGAIN_MS = 2;

/** Returns the file that holds a tag's next record until the tag points to it; its name follows from the record. */
export function stagedRecord(tagPath: string, push: string): string {
  return join(dirname(tagPath), `~${push}`);
}

/**
 * The right to replace one record of a tag, which one writer has.
 *
 * A writer claims it by linking its own record to a name made from the replaced record. A claim whose owner is dead is
 * taken over in two steps: the owner's record is removed, so that its rename fails if it ever wakes up, and then the next
 * number is claimed. A record is never used twice, so claims of a replaced record mean nothing and may be removed.
 */
export class TagClaim {
  private number = 0;

  constructor(
    private readonly tagPath: string,
    /** The identity of the record to be replaced. */
    private readonly replaced: string,
    private readonly deadAfterMs: number,
  ) {}

  /** Replaces the record by that of `push`, or resolves to false when another writer was first. */
  async replaceBy(push: string): Promise<boolean> {
    const staged = stagedRecord(this.tagPath, push);
    while (this.isCurrent()) {
      if (await linkIfFree(staged, this.file)) return this.finish(staged);
      if (await this.ownerIsGone()) this.number++;
      else await delay(LOOK_AGAIN_MS);
    }
    return false;
  }

  /** Looks at the tag once more: the claim may have been free because its record was replaced long ago. */
  private async finish(staged: string): Promise<boolean> {
    const placed = this.isCurrent() && (await succeedsIfPresent(rename(staged, this.tagPath)));
    if (!this.isCurrent()) await this.removeAll();
    return placed;
  }

  private async removeAll(): Promise<void> {
    for (; this.number >= 0; this.number--) await unlink(this.file).catch(ignoreNotFound);
  }

  /** Whether the owner of the claim cannot finish any more: it gave up, or was considered dead and is locked out now. */
  private async ownerIsGone(): Promise<boolean> {
    const bytes = readSmallFile(this.file);
    if (bytes === undefined) return false;
    const push = pushOf(bytes);
    // A record that a power cut left in pieces has no owner any more.
    if (push === undefined) return true;
    const staged = stagedRecord(this.tagPath, push);
    const found = await stat(staged).catch(ignoreNotFound);
    if (found === undefined) return this.isCurrent();
    if (Date.now() - found.mtimeMs < this.deadAfterMs) return false;
    await unlink(staged).catch(ignoreNotFound);
    return true;
  }

  private isCurrent(): boolean {
    const bytes = readSmallFile(this.tagPath);
    return bytes !== undefined && identityOf(bytes) === this.replaced;
  }

  /** Begins as temporary files do, so that lists leave it out and tidying removes it. */
  private get file(): string {
    const name = `~.${basename(this.tagPath)}.${this.replaced}.${this.number}`;
    return join(dirname(this.tagPath), name);
  }
}

/** Links `from` to `to` unless `to` exists, or `from` was removed by a writer that considered this one dead. */
export async function linkIfFree(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
    return false;
  }
}
