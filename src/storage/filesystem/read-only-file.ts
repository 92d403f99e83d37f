import { statSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

import { writeFileAtomically } from '../../files/atomic-write.js';
import { syncDirectory } from '../../files/sync-directory.js';
import { ReadOnlySwitch } from '../ports/read-only-switch.js';
import { succeedsIfPresent } from './disk/fs-errors.js';

/** The switch is a file: while it exists, the storage is read-only. */
export class ReadOnlyFile extends ReadOnlySwitch {
  constructor(private readonly path: string) {
    super();
  }

  override isOn(): Promise<boolean> {
    // Synchronous, because this stat takes less time than the thread pool would.
    return Promise.resolve(statSync(this.path, { throwIfNoEntry: false }) !== undefined);
  }

  override async set(on: boolean): Promise<void> {
    if (on) return writeFileAtomically(this.path, '', 0o600);
    if (await succeedsIfPresent(unlink(this.path))) await syncDirectory(dirname(this.path));
  }
}
