import { type Hash } from 'node:crypto';

import { newHash } from '../../domain/digest.js';
import { type UploadSession } from '../../domain/upload-session.js';

/** How many sessions' hashes one process keeps; the oldest makes room, and its session is read again when it closes. */
const MAX_HASHES = 1_000;

interface Entry {
  readonly offset: number;
  readonly hash: Hash;
}

/**
 * The hashes of the sessions that this process has written to.
 *
 * Node can copy a running hash but not save it, so it never leaves the process; the store does without it.
 */
export class RunningHashes {
  private readonly entries = new Map<string, Entry>();

  /** Takes out the hash of exactly the session's bytes; a new session's is that of nothing. */
  take({ id, offset, algorithm }: UploadSession): Hash | undefined {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    if (offset === 0) return newHash(algorithm);
    return entry?.offset === offset ? entry.hash : undefined;
  }

  keep(id: string, entry: Entry): void {
    this.entries.set(id, entry);
    if (this.entries.size <= MAX_HASHES) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }
}
