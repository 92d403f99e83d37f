import { RegistryError } from '../../domain/errors.js';

/** Records of this many bytes are free, so that the limit of a small store is exact for content. */
const FREE_RECORD_BYTES = 8 * 1024 ** 2;

/**
 * Counts the bytes of blobs, manifests and uploads in memory, and refuses more than the limit.
 *
 * Records are everything else that is kept: repositories, tags, sessions, and entries. Those beyond 8 MiB count like content.
 */
export class MemoryBudget {
  private content = 0;
  private records = 0;

  constructor(private readonly maxBytes: number) {}

  /** The number of bytes that still fit. */
  get free(): number {
    const used = this.content + Math.max(0, this.records - FREE_RECORD_BYTES);
    return Math.max(0, this.maxBytes - used);
  }

  /** Checks that there is room for `bytes` more now, without reserving it. @throws RegistryError `storage-full` */
  require(bytes: number): void {
    if (bytes <= this.free) return;
    throw new RegistryError(
      'storage-full',
      `the memory limit of ${this.maxBytes} bytes (REGISTRY_MEMORY_MAX_BYTES) is reached`,
      { limit: this.maxBytes, setting: 'REGISTRY_MEMORY_MAX_BYTES' },
    );
  }

  /** Checks that there is room for a new record. Some are always free. @throws RegistryError `storage-full` */
  requireRecord(): void {
    if (this.records >= FREE_RECORD_BYTES) this.require(1);
  }

  /** Adds `bytes` to the count. @throws RegistryError `storage-full` without counting anything */
  take(bytes: number): void {
    this.require(bytes);
    this.content += bytes;
  }

  giveBack(bytes: number): void {
    this.content -= bytes;
  }

  /** Counts a record, or with a negative number the end of one. Never refuses: callers use `requireRecord` before. */
  countRecord(bytes: number): void {
    this.records += bytes;
  }
}

/** A map whose entries count as records. */
export class CountedMap<K, V> {
  private readonly entries = new Map<K, V>();

  constructor(
    private readonly budget: MemoryBudget,
    private readonly bytesOf: (key: K, value: V) => number,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    this.delete(key);
    this.entries.set(key, value);
    this.budget.countRecord(this.bytesOf(key, value));
  }

  delete(key: K): boolean {
    const value = this.entries.get(key);
    if (value === undefined) return false;
    this.budget.countRecord(-this.bytesOf(key, value));
    return this.entries.delete(key);
  }

  keys(): Iterable<K> {
    return this.entries.keys();
  }

  values(): Iterable<V> {
    return this.entries.values();
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return this.entries[Symbol.iterator]();
  }
}
