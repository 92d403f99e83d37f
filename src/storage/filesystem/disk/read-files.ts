import { LRUCache } from 'lru-cache';

import { versionOf } from './confirmed-cache.js';

interface Known<T> {
  readonly version: string;
  readonly value: T;
}

export interface ReadFilesLimits<T> {
  readonly maxBytes: number;
  /** Estimates how many bytes of memory a value takes. */
  readonly bytesOf: (value: T) => number;
}

/** How many bytes an entry takes besides its value. An estimate. */
const BYTES_PER_ENTRY = 500;

/** Caches what was made from some files, or from all files of some directories, until one of them changes. */
export class ReadFiles<T extends object> {
  private readonly known: LRUCache<string, Known<T>>;

  constructor({ maxBytes, bytesOf }: ReadFilesLimits<T>) {
    this.known = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ value }) => BYTES_PER_ENTRY + bytesOf(value),
    });
  }

  /** Returns what was made from `paths`, or `undefined` if they have changed since. */
  peek(paths: readonly string[]): T | undefined {
    const known = this.known.get(keyOf(paths));
    return known !== undefined && known.version === versionsOf(paths) ? known.value : undefined;
  }

  /** Resolves to what was made from `paths`. Calls `read` if they have changed. */
  async get(paths: readonly string[], read: () => Promise<T>): Promise<T> {
    const known = this.peek(paths);
    if (known !== undefined) return known;
    const keep = this.begin(paths);
    const value = await read();
    keep(value);
    return value;
  }

  /** Returns a function that keeps a value that is read from now on, unless a file changes meanwhile. */
  begin(paths: readonly string[]): (value: T) => void {
    const version = versionsOf(paths);
    this.known.delete(keyOf(paths));
    return (value) => {
      if (version === undefined || versionsOf(paths) !== version) return;
      this.known.set(keyOf(paths), { version, value });
    };
  }
}

function keyOf(paths: readonly string[]): string {
  // The last one is enough for one cache: the paths of different repositories are all different.
  return paths.at(-1) ?? '';
}

/** Returns the versions of all paths, or `undefined` if a later change could go unnoticed. */
function versionsOf(paths: readonly string[]): string | undefined {
  const versions = paths.map(versionOf);
  // What does not exist gets a version when it is created.
  if (versions.some(({ text, stable }) => text !== '' && !stable)) return undefined;
  return versions.map(({ text }) => text).join(' ');
}
