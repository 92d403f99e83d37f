import { readdirSync, statSync, type Stats } from 'node:fs';
import { link, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { type Durability } from './disk/durability.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { temporaryName } from './names.js';
import { held, parseStateName, type UploadState } from './upload-state.js';

/** How often a directory is looked at again that has no staged file: the file may be between two names. */
const LOOKS = 5;

/** The directory of one session: one staged file, renamed from state to state. */
export class UploadDirectory {
  constructor(
    readonly path: string,
    private readonly durability: Durability,
  ) {}

  pathOf(state: UploadState): string {
    return join(this.path, state.file);
  }

  /** Returns the state of the session, or `undefined` when it does not exist. Synchronous: it is one small directory. */
  state(): UploadState | undefined {
    for (let look = 0; look < LOOKS; look++) {
      const files = namesIn(this.path);
      if (files === undefined) return undefined;
      const states = files.map(parseStateName).filter((state) => state !== undefined);
      if (states.length > 0) return states.reduce(further);
    }
    return undefined;
  }

  /** The staged file, or `undefined` when it was renamed meanwhile. */
  inspect(state: UploadState): Stats | undefined {
    return statSync(this.pathOf(state), { throwIfNoEntry: false });
  }

  /**
   * The step from `state` to a state with a writer, or `undefined` when another made a step first or is at work.
   *
   * A writer without a sign of life for `staleAfterMs` is relieved.
   */
  async takeHold(state: UploadState, staleAfterMs: number): Promise<UploadState | undefined> {
    if (state.busySince !== undefined && !this.isStale(state, staleAfterMs)) return undefined;
    const ours = held(state);
    if (!(await this.renamed(state, ours))) return undefined;
    const { nlink = 1 } = this.inspect(ours) ?? {};
    return state.busySince === undefined && nlink === 1 ? ours : this.replaceInode(ours);
  }

  /** Renames the staged file; false when it is not there under the old name. */
  async renamed(from: UploadState, to: Pick<UploadState, 'file'>): Promise<boolean> {
    return succeedsIfPresent(rename(this.pathOf(from), join(this.path, to.file)));
  }

  /** Ends the session, if `state` is still the one it is in; another's is left alone. */
  async remove(state: UploadState): Promise<void> {
    if (!(await succeedsIfPresent(unlink(this.pathOf(state))))) return;
    await rmdir(this.path).catch(async (error: unknown) => {
      // Left by a writer that died between two steps.
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) await rm(this.path, { recursive: true });
      else ignoreNotFound(error);
    });
  }

  private isStale(state: UploadState, staleAfterMs: number): boolean {
    const mtimeMs = this.inspect(state)?.mtimeMs ?? Infinity;
    // A rename leaves the time of the last write as it was, so the name tells of a holder that has yet to write.
    return Date.now() - Math.max(mtimeMs, state.busySince ?? 0) > staleAfterMs;
  }

  /**
   * Gives the session a new inode: another may have the old one open and write to it, or it became a blob whose commit
   * failed half way.
   *
   * The old name is given up by `unlink`: if that fails, somebody relieved this one while it copied.
   */
  private async replaceInode(old: UploadState): Promise<UploadState | undefined> {
    const copy = join(this.path, temporaryName());
    const fresh = held(old);
    try {
      // Its bytes were acknowledged, and may become a blob without a further write.
      await this.durability.copyFile(this.pathOf(old), copy);
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

/** Of two staged files (a crash between two steps can leave them) the one that is further, and rather the one that waits. */
function further(one: UploadState, other: UploadState): UploadState {
  if (one.offset !== other.offset) return one.offset > other.offset ? one : other;
  return one.busySince === undefined ? one : other;
}
