import { Injectable } from '@nestjs/common';

import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadSession } from '../../domain/upload-session.js';
import { Storage } from '../../storage/ports/storage.js';
import { EachSecond } from './each-second.js';

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
  private readonly clock = new EachSecond<Listener>((listeners) => this.look(listeners));
  private known = new Map<string, UploadSession>();

  constructor(private readonly storage: Storage) {}

  /** Calls `listener` with uploads that got bytes since the last look. Returns a function that ends the calls. */
  listen(listener: Listener): () => void {
    if (!this.clock.isOn) this.known = new Map();
    return this.clock.add(listener);
  }

  private async look(listeners: Iterable<Listener>): Promise<void> {
    const events = await this.changes();
    if (events.length > 0) for (const listener of listeners) listener(events);
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
