import { readdirSync, statSync, type Stats } from 'node:fs';
import { link, rename, rm, rmdir, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { type Durability } from './disk/durability.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { temporaryName } from './disk/temporary-names.js';
import { held, parseStateName, type UploadState } from './upload-state.js';

/** How many times a directory without a staged file is read again, because a rename may have hidden the file. */
const LOOKS = 5;

/** The directory of one session. It has one staged file, whose name is the state of the session. */
export class UploadDirectory {
  constructor(
    readonly path: string,
    private readonly durability: Durability,
  ) {}

  pathOf(state: UploadState): string {
    return join(this.path, state.file);
  }

  /** Returns the state of the session, or `undefined` if it does not exist. Synchronous, because the directory is small. */
  state(): UploadState | undefined {
    for (let look = 0; look < LOOKS; look++) {
      const files = namesIn(this.path);
      if (files === undefined) return undefined;
      const states = files.map(parseStateName).filter((state) => state !== undefined);
      if (states.length > 0) return states.reduce(further);
    }
    return undefined;
  }

  /** Returns the metadata of the staged file, or `undefined` if it was renamed meanwhile. */
  inspect(state: UploadState): Stats | undefined {
    return statSync(this.pathOf(state), { throwIfNoEntry: false });
  }

  /**
   * Takes the hold and resolves to the new state, or to `undefined` if another writer holds the session or was first.
   *
   * A writer that has not written or touched the file for `staleAfterMs` loses its hold.
   */
  async takeHold(state: UploadState, staleAfterMs: number): Promise<UploadState | undefined> {
    if (state.busySince !== undefined && !this.isStale(state, staleAfterMs)) return undefined;
    const ours = held(state);
    if (!(await this.renamed(state, ours))) return undefined;
    const { nlink = 1 } = this.inspect(ours) ?? {};
    // A former writer may still have the file open, or a failed commit may have linked it to a blob.
    if (state.busySince === undefined && nlink === 1) return ours;
    return this.keepAlive(ours, staleAfterMs / 4, () => this.replaceInode(ours));
  }

  /** Renames the staged file. Resolves to false if it no longer has the old name. */
  async renamed(from: UploadState, to: Pick<UploadState, 'file'>): Promise<boolean> {
    return succeedsIfPresent(rename(this.pathOf(from), join(this.path, to.file)));
  }

  /** Ends the session if it is still in `state`. Otherwise another writer holds it, and nothing happens. */
  async remove(state: UploadState): Promise<void> {
    if (!(await succeedsIfPresent(unlink(this.pathOf(state))))) return;
    await rmdir(this.path).catch(async (error: unknown) => {
      // A writer that died between two steps has left files.
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) await rm(this.path, { recursive: true });
      else ignoreNotFound(error);
    });
  }

  private isStale(state: UploadState, staleAfterMs: number): boolean {
    const mtimeMs = this.inspect(state)?.mtimeMs ?? Infinity;
    // A rename does not change the time of the last write. So the name has the time at which the holder took its hold.
    return Date.now() - Math.max(mtimeMs, state.busySince ?? 0) > staleAfterMs;
  }

  /** Touches the staged file during `work`, so that no other writer considers this one dead: a copy may take long. */
  private async keepAlive<T>(
    state: UploadState,
    everyMs: number,
    work: () => Promise<T>,
  ): Promise<T> {
    const touch = (): void => {
      const now = new Date();
      // Without the touch another writer may take over, which the end of the copy detects.
      void utimes(this.pathOf(state), now, now).catch(() => undefined);
    };
    const timer = setInterval(touch, everyMs);
    return work().finally(() => clearInterval(timer));
  }

  /**
   * Copies the staged file to a new inode. Resolves to `undefined` if another writer took over during the copy: then the old name
   * is gone.
   */
  private async replaceInode(old: UploadState): Promise<UploadState | undefined> {
    const copy = join(this.path, temporaryName());
    const fresh = held(old);
    try {
      // The copy is durable, because its bytes were acknowledged and may become a blob without a further write.
      if (!(await succeedsIfPresent(this.durability.copyFile(this.pathOf(old), copy))))
        return undefined;
      await link(copy, this.pathOf(fresh));
    } finally {
      await unlink(copy).catch(ignoreNotFound);
    }
    if (await succeedsIfPresent(unlink(this.pathOf(old)))) return fresh;
    await unlink(this.pathOf(fresh)).catch(ignoreNotFound);
    return undefined;
  }
}

function namesIn(path: string): string[] | undefined {
  try {
    return readdirSync(path);
  } catch (error) {
    return ignoreNotFound(error);
  }
}

/** Returns the state with the higher offset, or else the idle one. A crash between two steps can leave two staged files. */
function further(one: UploadState, other: UploadState): UploadState {
  if (one.offset !== other.offset) return one.offset > other.offset ? one : other;
  return one.busySince === undefined ? one : other;
}
