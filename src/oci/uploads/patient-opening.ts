import { setTimeout as delay } from 'node:timers/promises';

import { RegistryError } from '../../domain/errors.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId } from '../../domain/upload-session.js';
import { type HeldUpload, type UploadStore } from '../../storage/ports/upload-store.js';

/** How long a request waits for another one that holds the session, whose client or process may be dead. */
const PATIENCE_MS = 7_000;
const RETRY_MS = 100;

/** How many requests wait for one session. A client sends one at a time, and again after a broken connection. */
const MAX_WAITING = 4;

/** Opens upload sessions, and waits for those that another request holds. */
export class PatientOpening {
  private readonly waiting = new Map<UploadId, number>();

  constructor(private readonly uploads: UploadStore) {}

  /** Opens a session. @throws RegistryError `upload-unknown`, or `upload-busy` if it is held for long or many requests wait for it */
  async open(repository: RepositoryName, id: UploadId): Promise<HeldUpload> {
    try {
      return await this.uploads.open(repository, id);
    } catch (error) {
      if (!isBusy(error) || this.waitingFor(id) >= MAX_WAITING) throw error;
    }
    this.waiting.set(id, this.waitingFor(id) + 1);
    try {
      return await this.wait(repository, id);
    } finally {
      const left = this.waitingFor(id) - 1;
      if (left > 0) this.waiting.set(id, left);
      else this.waiting.delete(id);
    }
  }

  private async wait(repository: RepositoryName, id: UploadId): Promise<HeldUpload> {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      await delay(RETRY_MS);
      try {
        return await this.uploads.open(repository, id);
      } catch (error) {
        if (!isBusy(error) || Date.now() > deadline) throw error;
      }
    }
  }

  private waitingFor(id: UploadId): number {
    return this.waiting.get(id) ?? 0;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'upload-busy';
}
