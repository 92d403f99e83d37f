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
  readonly data: {
    readonly upload: string;
    readonly receivedBytes: number;
    /** The login of the client, if there is one. */
    readonly by?: string;
    /** Whether it is over: it became a blob, or was given up. */
    readonly ended?: true;
  };
}

type Listener = (events: readonly UploadProgressEvent[]) => void;

/** Looks once a second how far all uploads of the storage are, by any process, while somebody listens. */
@Injectable()
export class UploadProgress {
  private readonly listeners = new Set<Listener>();
  private known = new Map<string, UploadSession>();
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
      const known = before.get(session.id);
      this.known.set(session.id, session);
      if (lengthOf(session) !== lengthOf(known)) events.push(progressOf(session, time));
      if (this.known.size >= MAX_UPLOADS) return events;
    }
    for (const session of before.values()) {
      if (!this.known.has(session.id) && lengthOf(session) > 0) {
        events.push(progressOf(session, time, true));
      }
    }
    return events;
  }
}

function progressOf(session: UploadSession, time: string, isOver = false): UploadProgressEvent {
  const { id: upload, repository, by } = session;
  const receivedBytes = lengthOf(session);
  const data = { upload, receivedBytes, ...(by !== undefined && { by }) };
  return {
    type: UPLOAD_PROGRESS,
    time,
    repository,
    data: isOver ? { ...data, ended: true } : data,
  };
}

function lengthOf(session: UploadSession | undefined): number {
  return session?.staged ?? session?.offset ?? 0;
}
