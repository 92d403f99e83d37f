import { randomBytes } from 'node:crypto';
import { mkdir, readdir, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { type PartLog } from '../../log/log.js';
import { SpoolFile } from './spool-file.js';

/** The name that a spool file has for a moment. */
const NAME = /^berth-spool-[0-9a-f]{24}$/;

/** Where spool files are, and how much they may take. */
export interface SpoolLimits {
  /** Their directory. It is made when the first file is needed. */
  readonly path: string;
  /** How many bytes all of them together may have; 0 for no files. */
  readonly maxBytes: number;
  /** How many bytes they leave free on the disk. */
  readonly minFreeBytes: number;
}

/** The spool files of one process. They keep running downloads for clients, if the storage cannot read an upload that grows. */
export class Spool {
  /** The open files, and those that are about to be. */
  private readonly files = new Set<SpoolFile>();
  private prepared: Promise<void> | undefined;

  constructor(
    private readonly limits: SpoolLimits,
    private readonly log: Pick<PartLog, 'warn'>,
  ) {}

  /**
   * Opens a file for the first `bytes` of a download, which the caller must close. Resolves to `undefined` if it has no room or cannot be
   * made, and logs why.
   *
   * @param name the blob as the log names it
   */
  async open(bytes: number, name: string): Promise<SpoolFile | undefined> {
    if (this.limits.maxBytes === 0) return undefined;
    const onFailure = (error: unknown): void => this.warn(name, error);
    const file = new SpoolFile(bytes, { onFailure, onClose: () => this.files.delete(file) });
    this.files.add(file);
    try {
      this.requireRoom();
      await this.prepare();
      await this.requireFreeSpace();
      await file.open(join(this.limits.path, `berth-spool-${randomBytes(12).toString('hex')}`));
      return file;
    } catch (error) {
      // The directory may have been removed.
      this.prepared = undefined;
      this.warn(name, error);
      await file.close();
      return undefined;
    }
  }

  private warn(name: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.log.warn(`${name} can be read only when it is stored: ${reason}`);
  }

  /** Counts what the files may have, so that none of them is ever ended by another. */
  private requireRoom(): void {
    const { maxBytes } = this.limits;
    if (this.sum(({ bytes }) => bytes) <= maxBytes) return;
    throw new Error(`REGISTRY_SPOOL_MAX_BYTES allows ${maxBytes} bytes for all running downloads`);
  }

  private async requireFreeSpace(): Promise<void> {
    const { path, minFreeBytes } = this.limits;
    const { bavail, bsize } = await statfs(path);
    const left = bavail * bsize - this.sum(({ missing }) => missing);
    if (left < minFreeBytes) throw new Error(`the disk of ${path} has no room for it`);
  }

  private sum(of: (file: SpoolFile) => number): number {
    return [...this.files].reduce((sum, file) => sum + of(file), 0);
  }

  private prepare(): Promise<void> {
    this.prepared ??= this.makeDirectory();
    return this.prepared;
  }

  /** Makes the directory, and deletes the files of processes that were killed before a file had lost its name. */
  private async makeDirectory(): Promise<void> {
    const { path } = this.limits;
    await mkdir(path, { recursive: true, mode: 0o700 });
    for (const name of await readdir(path)) {
      // A running process does not need the name of its file. Files of other users stay.
      if (NAME.test(name)) await unlink(join(path, name)).catch(() => undefined);
    }
  }
}
