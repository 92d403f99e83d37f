import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach } from '@jest/globals';

import { createMemoryStorage } from '../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import { seed } from '../../../src/transfer/seed/seed.js';

/** A directory for seeds, and a storage to load them into. Both are empty before each test. */
export class SeedBench {
  directory = '';
  storage: Storage = emptyStorage();
  /** The images that were reported. */
  reported: string[] = [];
  /** The warnings, and `$` in them for the directory. */
  warned: string[] = [];

  /** Returns a path in the directory. */
  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  load(path: string): Promise<void> {
    return seed(this.storage, path, {
      seeded: (image) => this.reported.push(image),
      warn: (line) => this.warned.push(this.withoutDirectory(line)),
    });
  }

  withoutDirectory(text: string): string {
    return text.replaceAll(this.directory, '$');
  }

  async clear(): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'berth-seed-'));
    this.storage = emptyStorage();
    [this.reported, this.warned] = [[], []];
  }
}

/** Returns the parts for the tests of a file. */
export function useSeedBench(): SeedBench {
  const bench = new SeedBench();
  beforeEach(() => bench.clear());
  afterEach(() => rm(bench.directory, { recursive: true, force: true }));
  return bench;
}

function emptyStorage(): Storage {
  return createMemoryStorage({ maxBytes: 100 * 1024 * 1024 });
}
