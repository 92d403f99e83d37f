import { execFile } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of a few megabytes, mounted for the time of a test. Needs root. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  static async mount(options: string): Promise<SmallDisk> {
    if (process.getuid?.() !== 0)
      throw new Error('test:full-disk needs root, to mount file systems');
    const path = await mkdtemp(join(tmpdir(), 'berth-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', options, 'berth-test', path]);
    return new SmallDisk(path);
  }

  /** Changes the mount, as somebody does who makes room. */
  async remount(options: string): Promise<void> {
    await run('mount', ['-o', `remount,${options}`, this.path]);
  }

  async usedBytes(): Promise<number> {
    const { blocks, bfree, bsize } = await statfs(this.path);
    return (blocks - bfree) * bsize;
  }

  async unmount(): Promise<void> {
    await run('umount', [this.path]);
    await rm(this.path, { recursive: true });
  }
}
