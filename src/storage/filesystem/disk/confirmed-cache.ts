import { LRUCache } from 'lru-cache';

import { statOf } from './small-files.js';

/** Two changes within one tick of the file system's clock look the same: what is younger than this is not kept. */
const CLOCK_TICK_MS = 20;

/** What a path looks like: equal texts mean that nothing there has changed. */
export interface FileVersion {
  readonly text: string;
  /** Whether a change from now on is sure to look different. */
  readonly stable: boolean;
}

interface Confirmed<T> {
  readonly version: string;
  readonly value: T;
}

/**
 * Caches what was read from files until a stat shows that they changed.
 *
 * So the cache is correct with any number of processes, and with other programs that change the store.
 */
export class ConfirmedCache<T> {
  private readonly known: LRUCache<string, Confirmed<T>>;

  constructor(maxEntries: number) {
    this.known = new LRUCache({ max: maxEntries });
  }

  /** Returns the cached value of the file at `path`, or else calls `read`, which returns `undefined` without a usable file. */
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

/** One look at a file or a directory. Synchronous, as `readSmallFile` is and for its reason. */
export function versionOf(path: string): FileVersion {
  const found = statOf(path);
  if (found === undefined) return { text: '', stable: false };
  const { ino, size, mtimeMs, ctimeMs } = found;
  const stable = Date.now() - Math.max(mtimeMs, ctimeMs) > CLOCK_TICK_MS;
  return { text: `${ino}:${size}:${mtimeMs}:${ctimeMs}`, stable };
}
