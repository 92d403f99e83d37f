import { statSync } from 'node:fs';
import { mkdir, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreNotFound } from '../../files/errors.js';
import { LiveNotes } from '../ports/live-notes.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { allNames } from './disk/list-names.js';
import { nonce, temporaryName } from './disk/temporary-names.js';

/** How long the state of the wish is used again, and how long a wish holds. In milliseconds. */
const LOOK_EVERY_MS = 500;
const WANTED_MS = 5_000;

/** A note that has not changed for this time is that of a dead process. In milliseconds. */
const DEAD_MS = 60_000;

/** The name of the file whose time says when somebody last wanted notes. */
const WISH = 'wanted';

/** A file as it was when it had last changed. The times are of the clock of this process; that of the disk may be another one. */
interface Seen {
  readonly modifiedMs: number;
  readonly changedAt: number;
  readonly firstAt: number;
}

/** Keeps the note of each process in a file. Nothing is synced: after a power cut nobody misses it. */
export class FileLiveNotes extends LiveNotes {
  private readonly own = nonce();
  private readonly seen = new Map<string, Seen>();
  private lookedAt = -Infinity;

  /**
   * @param isPresent returns whether the store exists, so that none is begun where a disk is not mounted
   * @param now a monotonic clock, in milliseconds
   */
  constructor(
    private readonly directory: string,
    private readonly isPresent: () => boolean,
    private readonly now: () => number = () => performance.now(),
  ) {
    super();
  }

  override async want(): Promise<void> {
    await this.replace(WISH, '');
  }

  override isWanted(): boolean {
    const now = this.now();
    if (now - this.lookedAt >= LOOK_EVERY_MS) {
      this.lookedAt = now;
      // Synchronous, because this stat takes less time than the thread pool would.
      const found = statSync(join(this.directory, WISH), { throwIfNoEntry: false });
      if (found !== undefined) this.see(WISH, found.mtimeMs);
    }
    return now - (this.seen.get(WISH)?.changedAt ?? -Infinity) < WANTED_MS;
  }

  override write(text: string): Promise<void> {
    return this.replace(this.own, text);
  }

  override async clear(): Promise<void> {
    await unlink(join(this.directory, this.own)).catch(ignoreNotFound);
  }

  override async read(): Promise<string[]> {
    const names = await allNames(this.directory);
    for (const name of this.seen.keys()) {
      if (name !== WISH && !names.includes(name)) this.seen.delete(name);
    }
    const notes: string[] = [];
    for (const name of names) {
      if (name === WISH) continue;
      const text = await this.readOne(name).catch(ignoreNotFound);
      if (text !== undefined) notes.push(text);
    }
    return notes;
  }

  /** Resolves to the note in a file. Removes that of a dead process, and what it was writing. */
  private async readOne(name: string): Promise<string | undefined> {
    const path = join(this.directory, name);
    const { mtimeMs } = await stat(path);
    const { changedAt, firstAt } = this.see(name, mtimeMs);
    const isOld = (time: number): boolean => this.now() - time >= DEAD_MS;
    if (!isOld(changedAt)) return name.startsWith('~') ? undefined : await readFile(path, 'utf8');
    // The clock of the disk may be late, and then a living process has changed it meanwhile.
    if (isOld(firstAt)) await unlink(path);
    return undefined;
  }

  /** Notes how a file is now. One that is seen for the first time has the age that the clocks say. */
  private see(name: string, modifiedMs: number): Seen {
    const [now, known] = [this.now(), this.seen.get(name)];
    if (known?.modifiedMs === modifiedMs) return known;
    const changedAt = known === undefined ? now - Math.max(0, Date.now() - modifiedMs) : now;
    const seen = { modifiedMs, changedAt, firstAt: known?.firstAt ?? now };
    this.seen.set(name, seen);
    return seen;
  }

  private async replace(name: string, text: string): Promise<void> {
    const temporary = join(this.directory, temporaryName());
    const write = (): Promise<void> => writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
    if (!(await succeedsIfPresent(write()))) {
      if (!this.isPresent()) throw new Error('the storage is gone');
      await mkdir(this.directory, { recursive: true, mode: 0o700 });
      await write();
    }
    await rename(temporary, join(this.directory, name));
  }
}
