import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { type ArchivedFile, type FileVisitor, type ImageFiles } from './image-files.js';

/** An unpacked image archive. */
export class DirectoryFiles implements ImageFiles {
  constructor(readonly name: string) {}

  async list(): Promise<ReadonlyMap<string, ArchivedFile>> {
    const files = new Map<string, ArchivedFile>();
    const entries = await readdir(this.name, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if ((await stat(path)).isFile()) files.set(relative(this.name, path), {});
    }
    return files;
  }

  async visit(wanted: ReadonlySet<string>, visitor: FileVisitor): Promise<void> {
    const there = await this.list();
    for (const path of wanted) {
      if (there.has(path)) await visitor(path, createReadStream(join(this.name, path)));
    }
  }
}
