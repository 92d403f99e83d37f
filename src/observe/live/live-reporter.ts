import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

import { type LiveNote } from '../../domain/live-note.js';
import { type RequestObserver } from '../../http/oci/finished-request.js';
import { type LiveNotes } from '../../storage/ports/live-notes.js';
import { Storage } from '../../storage/ports/storage.js';
import { PullsInProgress } from './pulls-in-progress.js';
import { RecentFailures } from './recent-failures.js';
import { ReusedBlobs } from './reused-blobs.js';

/** How often a note is written while somebody looks. In milliseconds. */
const WRITE_EVERY_MS = 1_000;

/** Says in a note what this process does now, while somebody looks. Otherwise it writes nothing. */
@Injectable()
export class LiveReporter implements OnApplicationShutdown {
  /** See the requests that the notes tell of. None if the storage has no notes. */
  readonly observers: readonly RequestObserver[];
  private readonly notes: LiveNotes | undefined;
  private readonly pulls = new PullsInProgress(() => this.wake());
  private readonly failures = new RecentFailures(() => this.wake());
  private readonly reuses: ReusedBlobs;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;

  constructor({ live }: Storage) {
    this.notes = live;
    this.reuses = new ReusedBlobs(
      () => live?.isWanted() === true,
      () => this.wake(),
    );
    this.observers = live === undefined ? [] : [this.pulls, this.reuses, this.failures];
  }

  /** Removes the note, because the process ends. */
  async onApplicationShutdown(): Promise<void> {
    this.rest();
    await this.writing;
    await this.notes?.clear().catch(() => undefined);
  }

  /** Looks every second whether somebody wants a note, as long as there is something to tell. */
  private wake(): void {
    this.timer ??= setInterval(() => this.tick(), WRITE_EVERY_MS).unref();
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    const { pulls, reuses, failures } = this;
    const isIdle = [pulls, reuses, failures].every((part) => part.isIdle);
    if (isIdle) this.rest();
    if (this.isWriting || this.notes?.isWanted() !== true) return;
    const note = { pulls: pulls.now(), reuses: reuses.now(), failures: failures.now() };
    this.isWriting = true;
    this.writing = this.write(note).finally(() => (this.isWriting = false));
  }

  /** A note that cannot be written is left out: nobody misses more than the present moment. */
  private async write(note: LiveNote): Promise<void> {
    await this.notes?.write(JSON.stringify(note)).catch(() => undefined);
  }
}
