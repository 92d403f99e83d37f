import { execFile } from 'node:child_process';
import { mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A file system of a few megabytes, mounted during a test. Needs root. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  static async mount(options: string): Promise<SmallDisk> {
    return SmallDisk.at((path) => run('mount', ['-t', 'tmpfs', '-o', options, 'berth-test', path]));
  }

  /** Mounts an exFAT through FUSE, because not every kernel supports FAT. exFAT has no hard links. */
  static async mountExfat(): Promise<SmallDisk> {
    return SmallDisk.at(async (path) => {
      const image = `${path}.image`;
      try {
        await run('truncate', ['-s', '16M', image]);
        await run('mkfs.exfat', [image]);
        await run('mount', ['-t', 'exfat-fuse', '-o', 'loop', image, path]);
      } finally {
        // The mount keeps the deleted file open.
        await rm(image, { force: true });
      }
    });
  }

  private static async at(mount: (path: string) => Promise<unknown>): Promise<SmallDisk> {
    if (process.getuid?.() !== 0)
      throw new Error('test:full-disk needs root, to mount file systems');
    const path = await mkdtemp(join(tmpdir(), 'berth-disk-'));
    try {
      await mount(path);
    } catch (error) {
      await rmdir(path);
      throw error;
    }
    return new SmallDisk(path);
  }

  /** Changes the mount, as an administrator does to make space. */
  async remount(options: string): Promise<void> {
    await run('mount', ['-o', `remount,${options}`, this.path]);
  }

  /** Fills the disk with a file. */
  async fill(): Promise<void> {
    const { bfree, bsize } = await statfs(this.path);
    await writeFile(join(this.path, 'fill'), Buffer.alloc(bfree * bsize));
  }

  /** Uses all free inodes. */
  async useInodes(): Promise<void> {
    const { ffree } = await statfs(this.path);
    for (let count = 0; count < ffree; count++) await writeFile(join(this.path, `i${count}`), '');
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
