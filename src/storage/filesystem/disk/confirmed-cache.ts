import { LRUCache } from 'lru-cache';

import { statOf } from './small-files.js';

/** A file that changed within this time is not cached: another change within the same clock tick would look the same. */
const CLOCK_TICK_MS = 20;

/** The version of a file. If two versions have equal texts, the file has not changed in between. */
export interface FileVersion {
  readonly text: string;
  /** Whether every later change will have a different text. */
  readonly stable: boolean;
}

interface Confirmed<T> {
  readonly version: string;
  readonly value: T;
}

/** How many bytes an entry takes besides its path and its value. An estimate. */
const BYTES_PER_ENTRY = 200;

export interface CacheLimits<T> {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** Estimates how many bytes of memory a value takes. */
  readonly bytesOf: (value: T) => number;
}

/**
 * Caches values read from files until a stat shows that a file has changed.
 *
 * So the cache is correct with any number of processes, and if other programs change the store.
 */
export class ConfirmedCache<T> {
  private readonly known: LRUCache<string, Confirmed<T>>;

  constructor({ maxEntries, maxBytes, bytesOf }: CacheLimits<T>) {
    this.known = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: ({ value }, path) => BYTES_PER_ENTRY + path.length + bytesOf(value),
    });
  }

  /** Returns the cached value of the file at `path`, or the result of `read`: `undefined` if the file cannot be used. */
  get(path: string, read: () => T | undefined): T | undefined {
    const { text, stable } = versionOf(path);
    const known = this.known.get(path);
    if (known?.version === text) return known.value;
    this.known.delete(path);
    const value = read();
    if (value === undefined || !stable) return value;
    this.known.set(path, { version: text, value });
    return value;
  }
}

/** Returns the version of a file or a directory. Synchronous for the same reason as `readSmallFile`. */
export function versionOf(path: string): FileVersion {
  const found = statOf(path);
  if (found === undefined) return { text: '', stable: false };
  const { ino, size, mtimeMs, ctimeMs } = found;
  const stable = Date.now() - Math.max(mtimeMs, ctimeMs) > CLOCK_TICK_MS;
  return { text: `${ino}:${size}:${mtimeMs}:${ctimeMs}`, stable };
}
