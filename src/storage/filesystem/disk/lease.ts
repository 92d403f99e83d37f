import { link, mkdir, readdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Lease, type LeaseTerms } from '../../ports/lease.js';
import { ignoreNotFound, hasCode } from '../../../files/errors.js';
import { temporaryName } from './temporary-names.js';

/**
 * A lease on disk: the empty file with the highest number in a directory, held until its modification time. A process takes the
 * lease by linking the next number, which only one process can do.
 */
export class FileLease implements Lease {
  private until = 0;

  private constructor(
    private readonly directory: string,
    private readonly number: number,
    private readonly milliseconds: number,
  ) {}

  /** Takes the lease, or resolves to `undefined` if a process holds it or released it too recently. */
  static async take(directory: string, terms: LeaseTerms): Promise<FileLease | undefined> {
    await mkdir(directory, { recursive: true });
    const last = await lastNumber(directory);
    const before = join(directory, String(last));
    if (!(await isFree(before, terms))) return undefined;
    const lease = new FileLease(directory, last + 1, terms.forMs);
    if (!(await lease.linkNumber())) return undefined;
    // Since the first check, other processes may have taken and released the lease, or its holder may have extended it.
    if ((await lease.isLast()) && (await isFree(before, terms))) {
      await lease.removeOlder();
      return lease;
    }
    // Not released: a later taker would see a lease that has just ended, while the one before still holds.
    await unlink(lease.path).catch(ignoreNotFound);
    return undefined;
  }

  /** Whether the lease is held. Applies the same limits as `isFree`, so that other processes agree. */
  get holds(): boolean {
    const ahead = this.until - Date.now();
    return ahead > 0 && ahead <= this.milliseconds;
  }

  async extend(): Promise<void> {
    const until = this.holds ? await this.setEnd(this.path) : 0;
    // Checked after the new time is written: a process that takes the lease later sees that time.
    this.until = (await this.isLast()) ? until : 0;
  }

  async release(): Promise<void> {
    this.until = 0;
    const now = new Date();
    await utimes(this.path, now, now).catch(ignoreNotFound);
  }

  private get path(): string {
    return join(this.directory, String(this.number));
  }

  /** Links the next number. The file gets its time before its name, so that other processes never see an expired lease. */
  private async linkNumber(): Promise<boolean> {
    const temporary = join(this.directory, temporaryName());
    await writeFile(temporary, '');
    try {
      const until = await this.setEnd(temporary);
      await link(temporary, this.path);
      this.until = until;
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST', 'ENOENT')) return false;
      throw error;
    } finally {
      await unlink(temporary).catch(ignoreNotFound);
    }
  }

  /** Sets the time of a file to the end of the lease, and resolves to that time. */
  private async setEnd(path: string): Promise<number> {
    const until = Date.now() + this.milliseconds;
    await utimes(path, new Date(until), new Date(until));
    return until;
  }

  private async isLast(): Promise<boolean> {
    return (await lastNumber(this.directory)) === this.number;
  }

  /** Removes all older numbers but the previous one, so that a concurrent listing finds at least one number. */
  private async removeOlder(): Promise<void> {
    for (const name of await readdir(this.directory)) {
      if (Number(name) >= this.number - 1) continue;
      await unlink(join(this.directory, name)).catch(ignoreNotFound);
    }
  }
}

async function isFree(path: string, { forMs, idleMs }: LeaseTerms): Promise<boolean> {
  const found = await stat(path).catch(ignoreNotFound);
  if (found === undefined) return true;
  const ahead = found.mtimeMs - Date.now();
  // A time further ahead than any lease means that a clock was set back.
  return ahead > forMs || ahead <= -idleMs;
}

async function lastNumber(directory: string): Promise<number> {
  const numbers = (await readdir(directory)).map(Number).filter(Number.isSafeInteger);
  return Math.max(0, ...numbers);
}
