import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

import {
  UnusableSeed,
  unreadableFile,
  type ArchivedFile,
  type FileVisitor,
  type ImageFiles,
} from './image-files.js';
import { realPathInside } from './real-path.js';

/** An unpacked image archive. */
export class DirectoryFiles implements ImageFiles {
  /** @param seed the directory that no symbolic link may leave: the archive, or one above it */
  constructor(
    readonly name: string,
    private readonly seed = name,
  ) {}

  async list(): Promise<ReadonlyMap<string, ArchivedFile>> {
    const files = new Map<string, ArchivedFile>();
    const options = { recursive: true, withFileTypes: true } as const;
    const entries = await readdir(this.name, options).catch((cause: unknown) => {
      throw unreadableFile(this.name, cause);
    });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      // A link may lead nowhere, to a place that is not part of the image.
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() === true) files.set(relative(this.name, path), {});
    }
    return files;
  }

  async visit(wanted: ReadonlySet<string>, visitor: FileVisitor): Promise<void> {
    const there = await this.list();
    for (const path of wanted) {
      if (!there.has(path)) continue;
      const file = join(this.name, path);
      await visitor(path, contentOf(file, this.seed));
    }
  }
}

/** Reads a file. @throws UnusableSeed that names it */
async function* contentOf(path: string, seed: string): AsyncIterable<Uint8Array> {
  try {
    const file = await realPathInside(path, seed);
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw cause instanceof UnusableSeed ? cause : unreadableFile(path, cause);
  }
}
