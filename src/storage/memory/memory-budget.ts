import { RegistryError } from '../../domain/errors.js';

/** Counts the bytes that blobs, manifests and uploads keep in memory, and refuses more than there may be. */
export class MemoryBudget {
  private used = 0;

  constructor(private readonly maxBytes: number) {}

  /** Makes sure that there is room for `bytes` more now, and keeps none. @throws RegistryError `storage-full` */
  require(bytes: number): void {
    if (this.used + bytes <= this.maxBytes) return;
    throw new RegistryError(
      'storage-full',
      `the memory limit of ${this.maxBytes} bytes (REGISTRY_MEMORY_MAX_BYTES) is reached`,
    );
  }

  /** Counts `bytes` more. @throws RegistryError `storage-full`, having counted nothing */
  take(bytes: number): void {
    this.require(bytes);
    this.used += bytes;
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}
