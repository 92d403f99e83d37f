import { LiveNotes } from '../ports/live-notes.js';

/** How long a wish holds. In milliseconds. */
const WANTED_MS = 5_000;

/** Keeps the note of the only process. */
export class MemoryLiveNotes extends LiveNotes {
  private note: string | undefined;
  private wantedAt = -Infinity;

  override want(): Promise<void> {
    this.wantedAt = performance.now();
    return Promise.resolve();
  }

  override isWanted(): boolean {
    return performance.now() - this.wantedAt < WANTED_MS;
  }

  override write(text: string): Promise<void> {
    this.note = text;
    return Promise.resolve();
  }

  override clear(): Promise<void> {
    this.note = undefined;
    return Promise.resolve();
  }

  override read(): Promise<string[]> {
    return Promise.resolve(this.note === undefined ? [] : [this.note]);
  }
}
