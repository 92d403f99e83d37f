import { rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Durability } from './durability.js';
import { ignoreNotFound } from '../../../files/errors.js';
import { succeedsIfPresent } from './fs-errors.js';
import { temporaryName } from './temporary-names.js';

/** A small file that will replace the file at its path. */
export interface NamedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Files that are written durably under temporary names first, and renamed to their paths later. */
export class StagedFiles {
  /** Path → temporary path of its file. */
  private readonly temporaryPaths = new Map<string, string>();

  constructor(
    private readonly durability: Durability,
    private readonly files: readonly NamedFile[],
  ) {}

  /** The directories of the files, each once. */
  get directories(): string[] {
    return [...new Set(this.files.map(({ path }) => dirname(path)))];
  }

  /** Writes the files under temporary names. After a failure the caller must call `discard`. */
  async stage(): Promise<void> {
    const written = this.files.map((file) => this.write(file));
    await Promise.allSettled(written);
    await Promise.all(written);
  }

  /** Renames each file to its path; a second call writes the files again. The names become durable with a sync of `directories`. */
  async place(): Promise<void> {
    for (const { path, bytes } of this.files) {
      const waiting = this.temporaryPaths.get(path);
      this.temporaryPaths.delete(path);
      if (waiting !== undefined && (await succeedsIfPresent(rename(waiting, path)))) continue;
      await this.durability.replaceFile(path, bytes);
    }
  }

  /** Removes the temporary files that were not renamed. */
  async discard(): Promise<void> {
    for (const waiting of this.temporaryPaths.values()) await unlink(waiting).catch(ignoreNotFound);
    this.temporaryPaths.clear();
  }

  private async write({ path, bytes }: NamedFile): Promise<void> {
    const directory = dirname(path);
    const waiting = join(directory, temporaryName());
    await this.durability.inDirectory(directory, () => this.durability.createFile(waiting, bytes));
    this.temporaryPaths.set(path, waiting);
  }
}
