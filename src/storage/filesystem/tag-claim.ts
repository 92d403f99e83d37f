import { link, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { hasCode, ignoreNotFound } from '../../files/errors.js';
import { removeIfEmpty } from './disk/durability.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { readSmallFile } from './disk/small-files.js';
import { identityOf, pushOf } from './records.js';

/** A writer that has not finished for this long is considered dead. In milliseconds. */
export const DEAD_AFTER_MS = 5_000;

/** How long a writer waits before it checks again whether another writer of the same tag has finished. In milliseconds. */
const LOOK_AGAIN_MS = 2;

/** Returns the temporary file of a tag's next record. Its name follows from the record. */
export function stagedRecord(tagPath: string, push: string): string {
  return join(dirname(tagPath), `~${push}`);
}

/** Returns the directory into which a removal moves the tag's file. `staged` is the temporary file of the removal. */
export function removalDirectory(staged: string): string {
  return `${staged}.d`;
}

/**
 * A change of a tag, while its claim is held. It must fail with ENOENT once its temporary file and its directory are removed: so a
 * writer that was considered dead cannot finish.
 *
 * @param takenOver whether another writer may have begun to change the same record
 */
export type ClaimedChange = (takenOver: boolean) => Promise<void>;

/** The right of one writer to change one record of a tag. Another writer takes it over once the owner is considered dead. */
export class TagClaim {
  private number = 0;

  constructor(
    private readonly tagPath: string,
    /** The identity of the record to replace or to remove. */
    private readonly replaced: string,
    private readonly deadAfterMs: number,
  ) {}

  /** Makes the change whose temporary file is that of `push`. Resolves to false if another writer was first. */
  async use(push: string, change: ClaimedChange): Promise<boolean> {
    const staged = stagedRecord(this.tagPath, push);
    for (;;) {
      if (await linkIfFree(staged, this.file)) return this.finish(change);
      // Another process may remove the record of a writer that was suspended: the caller writes it again.
      if (!this.isCurrent() || readSmallFile(staged) === undefined) return false;
      if (await this.ownerIsGone()) this.number++;
      else await delay(LOOK_AGAIN_MS);
    }
  }

  /** Checks the tag before the change: the claim may have been free because the record was already replaced. */
  private async finish(change: ClaimedChange): Promise<boolean> {
    const changed = this.isCurrent() && (await succeedsIfPresent(change(this.number > 0)));
    if (changed || !this.isCurrent()) await this.removeAll();
    return changed;
  }

  private async removeAll(): Promise<void> {
    for (; this.number >= 0; this.number--) await unlink(this.file).catch(ignoreNotFound);
  }

  /** Resolves to whether the owner of the claim can no longer finish. Locks out an owner that is considered dead. */
  private async ownerIsGone(): Promise<boolean> {
    const bytes = readSmallFile(this.file);
    if (bytes === undefined) return false;
    const push = pushOf(bytes);
    // A record that a power cut left incomplete no longer has an owner.
    if (push === undefined) return true;
    const staged = stagedRecord(this.tagPath, push);
    const found = await stat(staged).catch(ignoreNotFound);
    if (found === undefined && !this.isCurrent()) return false;
    if (found !== undefined && Date.now() - found.mtimeMs < this.deadAfterMs) return false;
    // An owner that wakes up can no longer finish: what it would rename, or the place it would rename the tag to, is gone.
    await unlink(staged).catch(ignoreNotFound);
    await removeIfEmpty(removalDirectory(staged));
    return true;
  }

  private isCurrent(): boolean {
    const bytes = readSmallFile(this.tagPath);
    return bytes !== undefined && identityOf(bytes) === this.replaced;
  }

  /** The file of the claim. Its name begins with `~`, so that listings skip it and `Tidy` removes it. */
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
