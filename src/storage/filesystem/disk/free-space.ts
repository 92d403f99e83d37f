import { statfs } from 'node:fs/promises';

import { RegistryError } from '../../../domain/errors.js';

/** For how long (milliseconds) a look at the disk serves. */
const LOOK_SERVES_MS = 500;

/** What is free on the disk of a store, and what of it is to stay free. */
export class FreeSpace {
  private lookedAt = 0;
  private free = 0;

  constructor(
    private readonly root: string,
    private readonly minFreeBytes: number,
  ) {}

  /** Makes sure that there is room for `bytes` more beside the reserve. @throws RegistryError `storage-full` */
  async require(bytes: number): Promise<void> {
    if (this.minFreeBytes === 0) return;
    if (Date.now() - this.lookedAt > LOOK_SERVES_MS) await this.look();
    if (this.free - bytes >= this.minFreeBytes) return;
    throw new RegistryError('storage-full', 'the storage takes no more data', {
      reserve: 'REGISTRY_STORAGE_MIN_FREE',
    });
  }

  private async look(): Promise<void> {
    const { bavail, bsize } = await statfs(this.root);
    this.free = bavail * bsize;
    this.lookedAt = Date.now();
  }
}
