import { type Hash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { newHash } from '../../domain/digest.js';
import { type UploadSession } from '../../domain/upload-session.js';

/** How many hashes of sessions one process keeps. A session without a hash is read again at its commit. */
const MAX_HASHES = 1_000;

interface Entry {
  readonly offset: number;
  readonly hash: Hash;
}

/**
 * Keeps the running hashes of the sessions that this process has written to, so that a commit need not read the file. Node can copy
 * a running hash but not save it, so it never leaves the process.
 */
export class RunningHashes {
  private readonly entries: LRUCache<string, Entry>;

  constructor(maxHashes = MAX_HASHES) {
    this.entries = new LRUCache({ max: maxHashes });
  }

  /** Removes and returns the hash of exactly the session's bytes, if it is known. A new session gets a new hash. */
  take({ id, offset, algorithm }: UploadSession): Hash | undefined {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    if (offset === 0) return newHash(algorithm);
    return entry?.offset === offset ? entry.hash : undefined;
  }

  /** Stores the hash of a session's bytes up to an offset. */
  keep(id: string, entry: Entry): void {
    this.entries.set(id, entry);
  }
}
