import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { makeDirectory, writeFileAtomically } from '../../files/atomic-write.js';
import { ignoreNotFound } from '../../files/errors.js';
import { type StorageSnapshot } from '../ports/statistics.js';
import { versionOf } from './disk/confirmed-cache.js';
import { decodeSnapshot, encodeSnapshot } from '../protocol/snapshot-lines.js';

/** No writer takes this long. An older temporary file belongs to a dead one. */
const DEAD_AFTER_MS = 3_600_000;

/** The file of the snapshot, and its content in memory as long as the file does not change. */
export class SnapshotFile {
  private version: string | undefined;
  private content: Promise<StorageSnapshot | undefined> = Promise.resolve(undefined);

  constructor(private readonly path: string) {}

  /** Resolves to `undefined` if the file does not exist, or its content is invalid. */
  read(): Promise<StorageSnapshot | undefined> {
    // A file is replaced by another one with another inode, so two versions never have equal texts.
    const { text } = versionOf(this.path);
    if (text !== this.version) {
      this.version = text;
      this.content = text === '' ? Promise.resolve(undefined) : this.load();
    }
    return this.content;
  }

  async write(snapshot: StorageSnapshot): Promise<void> {
    await makeDirectory(dirname(this.path), 0o700);
    await this.removeLeftovers();
    await writeFileAtomically(this.path, await encodeSnapshot(snapshot), 0o600);
  }

  private async load(): Promise<StorageSnapshot | undefined> {
    try {
      const bytes = await readFile(this.path).catch(ignoreNotFound);
      return bytes && (await decodeSnapshot(bytes.toString()));
    } catch (error) {
      // The next call tries again.
      this.version = undefined;
      throw error;
    }
  }

  private async removeLeftovers(): Promise<void> {
    const directory = dirname(this.path);
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      if (path === this.path || !name.endsWith('~')) continue;
      const found = await stat(path).catch(ignoreNotFound);
      const isDead = found !== undefined && Date.now() - found.mtimeMs > DEAD_AFTER_MS;
      if (isDead) await unlink(path).catch(ignoreNotFound);
    }
  }
}
