import { statfs } from 'node:fs/promises';

import { RegistryError } from '../../../domain/errors.js';

/** How long the measured free space is used before it is measured again. In milliseconds. */
const MEASURE_EVERY_MS = 500;

/** Measures the free space on the disk of a store, and refuses writes that would use the reserve. */
export class FreeSpace {
  private measuredAt = 0;
  private free = 0;

  constructor(
    private readonly root: string,
    private readonly minFreeBytes: number,
  ) {}

  /** Checks that `bytes` more fit on the disk without using the reserve. @throws RegistryError `storage-full` */
  async require(bytes: number): Promise<void> {
    if (this.minFreeBytes === 0) return;
    if ((await this.bytes()) - bytes >= this.minFreeBytes) return;
    throw new RegistryError('storage-full', 'the storage takes no more data', {
      reserve: 'REGISTRY_STORAGE_MIN_FREE',
    });
  }

  /** Resolves to the free space in bytes, measured at most half a second ago. */
  async bytes(): Promise<number> {
    if (Date.now() - this.measuredAt > MEASURE_EVERY_MS) await this.measure();
    return this.free;
  }

  private async measure(): Promise<void> {
    const { bavail, bsize } = await statfs(this.root);
    this.free = bavail * bsize;
    this.measuredAt = Date.now();
  }
}
