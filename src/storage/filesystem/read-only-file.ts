import { statSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { writeFileAtomically } from '../../files/atomic-write.js';
import { syncDirectory } from '../../files/sync-directory.js';
import { ReadOnlySwitch } from '../ports/read-only-switch.js';
import { succeedsIfPresent } from './disk/fs-errors.js';

/** How long a process uses the state that it has seen. A push of a small layer would otherwise look three times. */
const SEEN_FOR_MS = 100;

/** The switch is a file: while it exists, the storage is read-only. */
export class ReadOnlyFile extends ReadOnlySwitch {
  private seenAt = -Infinity;
  private seen = false;

  constructor(private readonly path: string) {
    super();
  }

  override isOn(): boolean {
    const now = performance.now();
    if (now - this.seenAt < SEEN_FOR_MS) return this.seen;
    // Synchronous, because this stat takes less time than the thread pool would.
    this.seen = statSync(this.path, { throwIfNoEntry: false }) !== undefined;
    this.seenAt = now;
    return this.seen;
  }

  override async set(on: boolean): Promise<void> {
    if (on) await writeFileAtomically(this.path, '', 0o600);
    else if (await succeedsIfPresent(unlink(this.path))) await syncDirectory(dirname(this.path));
    this.seenAt = -Infinity;
    // Then every process has looked again.
    await delay(SEEN_FOR_MS);
  }
}
