import { mkdir, rename, rmdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { hasCode, ignoreNotFound } from '../../files/errors.js';
import { type Removal } from './history-lines.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { nonce } from './disk/temporary-names.js';
import {
  DEAD_AFTER_MS,
  linkIfFree,
  removalDirectory,
  stagedRecord,
  TagClaim,
} from './tag-claim.js';
import { readTagFile, type TagFile } from './tag-file.js';
import { type TagHistory } from './tag-history.js';

/** The name of a removed tag's file in the directory of its removal. */
const REMOVED = 'removed';

/** Removes one tag by compare-and-set, and records it in the history: docs/storage-layout.md#changing-a-tag. */
export class TagRemoval {
  constructor(
    private readonly path: string,
    private readonly history: TagHistory,
    private readonly removal: Removal,
    private readonly deadAfterMs = DEAD_AFTER_MS,
  ) {}

  /**
   * Removes the tag. Resolves to what it removed, or to `undefined` if the tag did not exist.
   *
   * @param isWanted called with the current file, `undefined` if the tag does not exist; if it returns false, the tag stays
   */
  async run(isWanted: (current: TagFile | undefined) => boolean): Promise<TagFile | undefined> {
    for (;;) {
      const current = readTagFile(this.path);
      if (!isWanted(current) || current === undefined) return undefined;
      if (await this.tryToRemove(current)) return current;
    }
  }

  /** A full disk has no room for the record. The removal goes on without it, because people delete to make room. */
  private async tryToRemove(current: TagFile): Promise<boolean> {
    try {
      return await this.removeRecorded(current);
    } catch (error) {
      if (!hasCode(error, 'ENOSPC', 'EDQUOT')) throw error;
      return this.removeUnrecorded(current);
    }
  }

  /** Moves the file aside before it compares it: the tag could be set again between a comparison and an `unlink`. */
  private async removeUnrecorded({ identity }: TagFile): Promise<boolean> {
    const aside = stagedRecord(this.path, nonce());
    if (!(await succeedsIfPresent(rename(this.path, aside)))) return false;
    const isSame = readTagFile(aside)?.identity === identity;
    if (!isSame) await linkIfFree(aside, this.path);
    await unlink(aside);
    return isSame;
  }

  private async removeRecorded(current: TagFile): Promise<boolean> {
    const push = nonce();
    const staged = stagedRecord(this.path, push);
    const into = removalDirectory(staged);
    try {
      if (!(await succeedsIfPresent(stage(staged, into, push)))) return false;
      const claim = new TagClaim(this.path, current.identity, this.deadAfterMs);
      return await claim.use(push, async () => {
        await this.history.addRemoved(current, this.removal);
        // Unlike an `unlink`, it fails if another writer considered this one dead and removed the directory.
        await rename(this.path, join(into, REMOVED));
      });
    } finally {
      await unlink(join(into, REMOVED)).catch(ignoreNotFound);
      await rmdir(into).catch(ignoreNotFound);
      await unlink(staged).catch(ignoreNotFound);
    }
  }
}

/** Creates the directory first: a claim that names the removal must never find it missing while its owner lives. */
async function stage(staged: string, into: string, push: string): Promise<void> {
  await mkdir(into);
  await writeFile(staged, JSON.stringify({ push }), { flag: 'wx' });
}
