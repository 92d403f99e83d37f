import { RegistryError } from '../../domain/errors.js';

/** Counts the bytes of blobs, manifests and uploads in memory, and refuses more than the limit. */
export class MemoryBudget {
  private used = 0;

  constructor(private readonly maxBytes: number) {}

  /** Checks that there is room for `bytes` more now, without reserving it. @throws RegistryError `storage-full` */
  require(bytes: number): void {
    if (this.used + bytes <= this.maxBytes) return;
    throw new RegistryError(
      'storage-full',
      `the memory limit of ${this.maxBytes} bytes (REGISTRY_MEMORY_MAX_BYTES) is reached`,
    );
  }

  /** Adds `bytes` to the count. @throws RegistryError `storage-full` without counting anything */
  take(bytes: number): void {
    this.require(bytes);
    this.used += bytes;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}
