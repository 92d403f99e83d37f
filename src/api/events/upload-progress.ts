import { Injectable } from '@nestjs/common';

import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadSession } from '../../domain/upload-session.js';
import { Storage } from '../../storage/ports/storage.js';

const LOOK_EVERY_MS = 1_000;

/** No more uploads are looked at. */
const MAX_UPLOADS = 1_000;

/** The type of the events, which are in streams only. */
export const UPLOAD_PROGRESS = 'upload.progress';

/** How far an upload is. */
export interface UploadProgressEvent {
  readonly type: typeof UPLOAD_PROGRESS;
  readonly time: string;
  readonly repository: RepositoryName;
  readonly data: { readonly upload: string; readonly receivedBytes: number };
}

type Listener = (events: readonly UploadProgressEvent[]) => void;

/** Looks once a second how far all uploads of the storage are, by any process, while somebody listens. */
@Injectable()
export class UploadProgress {
  private readonly listeners = new Set<Listener>();
  private known = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(private readonly storage: Storage) {}

  /** Calls `listener` with uploads that got bytes since the last look. Returns a function that ends the calls. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.timer === undefined) {
      this.known = new Map();
      this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const events = await this.changes();
      if (events.length > 0) for (const listener of this.listeners) listener(events);
    } catch {
      // A storage that fails for a moment shows no progress.
    } finally {
      this.isLooking = false;
    }
  }

  private async changes(): Promise<UploadProgressEvent[]> {
    const before = this.known;
    this.known = new Map();
    const time = new Date().toISOString();
    const events: UploadProgressEvent[] = [];
    for await (const session of this.storage.uploads.idleSince(Infinity)) {
      const receivedBytes = lengthOf(session);
      this.known.set(session.id, receivedBytes);
      if (receivedBytes !== (before.get(session.id) ?? 0)) {
        const { repository, id: upload } = session;
        events.push({ type: UPLOAD_PROGRESS, time, repository, data: { upload, receivedBytes } });
      }
      if (this.known.size >= MAX_UPLOADS) break;
    }
    return events;
  }
}

function lengthOf({ offset, staged = offset }: UploadSession): number {
  return staged;
}
