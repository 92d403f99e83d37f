import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/**
 * A separate directory tree for a server.
 *
 * It contains the store, files that a path with dot segments would reach, and the working, home and
 * temporary directories. So every file that the server writes is in it.
 */
export class Sandbox {
  private constructor(readonly root: string) {}

  static async create(): Promise<Sandbox> {
    const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), 'berth-hostile-')));
    for (const directory of [sandbox.neighbour, sandbox.working, sandbox.temporary]) {
      await mkdir(directory, { recursive: true });
    }
    await writeFile(join(sandbox.neighbour, 'secret.txt'), 'secret-of-the-neighbour');
    await writeFile(join(sandbox.root, 'parent', 'format'), 'not yours');
    return sandbox;
  }

  get store(): string {
    return join(this.root, 'parent', 'store');
  }

  get working(): string {
    return join(this.root, 'working');
  }

  get temporary(): string {
    return join(this.root, 'temporary');
  }

  /** Returns everything outside of the store, one line for each file: its path, size, mode and content. */
  async outside(): Promise<string[]> {
    const lines: string[] = [];
    await this.walk(this.root, lines);
    return lines.sort();
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  private get neighbour(): string {
    return join(this.root, 'parent', 'neighbour');
  }

  private async walk(directory: string, lines: string[]): Promise<void> {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (path === this.store) continue;
      const { size, mode, mtimeMs } = await lstat(path);
      // A directory's time changes when an entry is added or removed, also if it no longer exists.
      const time = entry.isDirectory() && path !== join(this.root, 'parent') ? mtimeMs : '';
      const content = entry.isFile() ? await hashOf(path) : 'no file';
      lines.push(`${relative(this.root, path)} ${size} ${mode.toString(8)} ${content} ${time}`);
      if (entry.isDirectory()) await this.walk(path, lines);
    }
  }
}

/** Returns the paths of all files below a directory, relative to it. */
export async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
