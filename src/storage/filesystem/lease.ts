import { link, mkdir, readdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Lease, type LeaseTerms } from '../ports/garbage-store.js';
import { absentIfMissing, hasCode } from './fs-errors.js';
import { temporaryName } from './names.js';

/**
 * A right that one process has at a time: the file with the highest number in a directory, for as long as its time is ahead.
 *
 * Whoever takes it links the next number, which only one can. The files are empty: a full disk has room for a name.
 */
export class FileLease implements Lease {
  private until = 0;

  private constructor(
    private readonly directory: string,
    private readonly number: number,
    private readonly milliseconds: number,
  ) {}

  /** Takes the right, or answers `undefined` while another has it, or has had it too lately. */
  static async take(directory: string, terms: LeaseTerms): Promise<FileLease | undefined> {
    await mkdir(directory, { recursive: true });
    const last = await lastNumber(directory);
    if (!(await isFree(join(directory, String(last)), terms))) return undefined;
    const lease = new FileLease(directory, last + 1, terms.forMs);
    if (!(await lease.claim())) return undefined;
    await lease.removeOlder();
    return lease;
  }

  get holds(): boolean {
    return Date.now() < this.until;
  }

  async extend(): Promise<void> {
    if (this.until === 0) return;
    if ((await lastNumber(this.directory)) === this.number) await this.date(this.path);
    else this.until = 0;
  }

  async release(): Promise<void> {
    this.until = 0;
    const now = new Date();
    await utimes(this.path, now, now).catch(absentIfMissing);
  }

  private get path(): string {
    return join(this.directory, String(this.number));
  }

  /** The time goes on before the name does: a lease that is seen is one that holds. */
  private async claim(): Promise<boolean> {
    const temporary = join(this.directory, temporaryName());
    await writeFile(temporary, '');
    try {
      await this.date(temporary);
      await link(temporary, this.path);
      return true;
    } catch (error) {
      this.until = 0;
      if (hasCode(error, 'EEXIST', 'ENOENT')) return false;
      throw error;
    } finally {
      await unlink(temporary).catch(absentIfMissing);
    }
  }

  private async date(path: string): Promise<void> {
    const until = Date.now() + this.milliseconds;
    await utimes(path, new Date(until), new Date(until));
    this.until = until;
  }

  /** All but the one before: who lists the directory meanwhile finds one of the two. */
  private async removeOlder(): Promise<void> {
    for (const name of await readdir(this.directory)) {
      if (Number(name) >= this.number - 1) continue;
      await unlink(join(this.directory, name)).catch(absentIfMissing);
    }
  }
}

async function isFree(path: string, { forMs, idleMs }: LeaseTerms): Promise<boolean> {
  const found = await stat(path).catch(absentIfMissing);
  if (found === undefined) return true;
  const ahead = found.mtimeMs - Date.now();
  // Further ahead than anybody takes it: a clock was set back.
  return ahead > forMs || ahead <= -idleMs;
}

async function lastNumber(directory: string): Promise<number> {
  const numbers = (await readdir(directory)).map(Number).filter(Number.isSafeInteger);
  return Math.max(0, ...numbers);
}
