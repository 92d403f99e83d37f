import { type Stats } from 'node:fs';
import { open, utimes } from 'node:fs/promises';

import { LRUCache } from 'lru-cache';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { SharedWork } from '../../domain/shared-work.js';
import { type PassFilter } from '../protocol/collect/passes.js';
import { lookFor, lookForUndeleted } from '../protocol/look-for.js';
import { ignoreNotFound } from '../../files/errors.js';
import { statOfFile } from './disk/small-files.js';
import { type Layout } from './layout.js';
import { type Seal } from './seal.js';
import { digestOfFile } from './staged-file.js';
import { type Trash } from './trash.js';

/** How many damaged files are remembered, so that they are not read again for each request. */
const MAX_DAMAGED = 1_000;

/** A file that exists and is whole; `size` in bytes. */
export interface StoredFile {
  readonly path: string;
  readonly size: number;
}

/** The files of blobs and manifests: whether they exist and are whole, and when they were last used. */
export class StoredFiles {
  private readonly verifying = new SharedWork<boolean>();
  private readonly damaged: LRUCache<string, true>;

  constructor(
    private readonly layout: Layout,
    private readonly seal: Seal,
    private readonly trash: Trash,
    /** Access refreshes a file's last-used time if it is older than this. In milliseconds. */
    private readonly touchAfterMs: number,
    maxDamaged = MAX_DAMAGED,
  ) {
    this.damaged = new LRUCache({ max: maxDamaged });
  }

  /**
   * Resolves to a file of the repository, or to `undefined` if it does not exist or is damaged. Refreshes its last-used time, and
   * restores a file that was set aside.
   *
   * @param allows chooses the passes to restore it from, by default those of collectors
   */
  async find(
    repository: RepositoryName,
    kind: 'blobs' | 'manifests',
    digest: Digest,
    allows?: PassFilter,
  ): Promise<StoredFile | undefined> {
    const key = { kind, digest };
    const path = this.layout.place(repository, key);
    const shelf = {
      live: () => this.fileAt(path, digest),
      rescue: () => this.trash.rescue(repository, key, allows),
    };
    if (kind === 'blobs') return lookFor(shelf, digest);
    return lookForUndeleted({ ...shelf, peek: () => this.peek(repository, digest) }, digest);
  }

  /**
   * Resolves to the size in bytes of the content at `path`, or to `undefined` if it does not exist or is damaged. Refreshes its
   * last-used time.
   */
  async sizeAt(path: string, digest: Digest): Promise<number | undefined> {
    return (await this.fileAt(path, digest))?.size;
  }

  /** Resolves to a file, or to `undefined` if it does not exist or is damaged. Refreshes its last-used time. */
  private async fileAt(path: string, digest: Digest): Promise<StoredFile | undefined> {
    const found = statOfFile(path);
    if (found === undefined) return undefined;
    if (!this.seal.isOn(found) && !(await this.isWhole(path, digest, found))) return undefined;
    if (Date.now() - found.mtimeMs > this.touchAfterMs) await this.touch(path, found.size);
    return { path, size: found.size };
  }

  /** Resolves to a manifest in a deletion that is being decided. */
  private async peek(repository: RepositoryName, digest: Digest): Promise<StoredFile | undefined> {
    for (const path of await this.trash.pathsInRemovals(repository, {
      kind: 'manifests',
      digest,
    })) {
      const found = await this.fileAt(path, digest);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Marks a file as verified, with `size` bytes, and as used now. */
  async touch(path: string, size: number): Promise<void> {
    const time = this.seal.timeOf(Date.now(), size);
    await utimes(path, time, time).catch(ignoreNotFound);
  }

  private async isWhole(path: string, digest: Digest, found: Stats): Promise<boolean> {
    const version = `${found.ino}:${found.mtimeMs}:${found.size}`;
    if (this.damaged.get(version) === true) return false;
    const whole = await this.verifying.run(version, () => this.verify(path, digest, found.size));
    if (whole) return true;
    this.damaged.set(version, true);
    return false;
  }

  private async verify(path: string, digest: Digest, size: number): Promise<boolean> {
    const file = await open(path, 'r').catch(ignoreNotFound);
    if (file === undefined) return false;
    try {
      if (!(await digestOfFile(file, size, digest.algorithm)).equals(digest)) return false;
    } finally {
      await file.close();
    }
    await this.touch(path, size);
    return true;
  }
}
