import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { type Request } from 'express';

import { Authenticator } from '../../access/guard/authenticator.js';
import { type Rights } from '../../access/guard/rights.js';
import { RegistryError } from '../../domain/errors.js';
import { type RegistryEvent } from '../../domain/registry-event.js';
import { accepts, type EventFilter } from '../../events/event-filter.js';
import { type EventStream } from '../../http/api/event-stream.js';
import { type EventPosition } from '../../storage/ports/outbox.js';
import { Storage } from '../../storage/ports/storage.js';
import { followPages } from '../../storage/protocol/follow-events.js';
import { seenBy } from './event-view.js';
import { MOMENT_TYPES, momentSeenBy, PresentMoment, type MomentEvent } from './present-moment.js';
import { UPLOAD_PROGRESS, UploadProgress, type UploadProgressEvent } from './upload-progress.js';

const MAX_STREAMS = 100;

const BEAT_EVERY_MS = 15_000;

/** Who reads a stream, and what. */
export interface StreamReader {
  readonly request: Request;
  readonly filter: EventFilter;
  /** The id of the last event that the client has. Absent for events from now on. */
  readonly after: string | undefined;
}

/** Sends events to clients as they happen. */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  private readonly open = new Set<AbortController>();
  private isEnding = false;

  constructor(
    private readonly storage: Storage,
    private readonly authenticator: Authenticator,
    private readonly progress: UploadProgress,
    private readonly moment: PresentMoment,
  ) {}

  /** Ends all streams, because the registry closes. */
  end(): void {
    this.isEnding = true;
    for (const ending of this.open) ending.abort();
  }

  beforeApplicationShutdown(): void {
    this.end();
  }

  /** Sends what the reader may see until it leaves or loses its login. @throws RegistryError `too-many-requests` */
  async serve(reader: StreamReader, stream: EventStream): Promise<void> {
    if (this.open.size >= MAX_STREAMS) throw tooMany();
    const ending = new AbortController();
    this.open.add(ending);
    stream.onceOver(() => ending.abort());
    if (this.isEnding) ending.abort();
    try {
      await this.run(reader, stream, ending);
    } finally {
      this.open.delete(ending);
    }
    stream.end();
  }

  private async run(
    reader: StreamReader,
    stream: EventStream,
    ending: AbortController,
  ): Promise<void> {
    const position = await this.begin(reader, stream);
    const endOthers = [this.beat(reader, stream, ending), this.sendLive(reader, stream)];
    try {
      for await (const page of followPages(this.storage.outbox, position, ending.signal)) {
        if (page.missed) await stream.send(missed());
        for (const event of page.events) {
          if (ending.signal.aborted) return;
          if (!(await this.sendOne(reader, stream, event))) return;
        }
      }
    } finally {
      for (const end of endOthers) end();
    }
  }

  /** Resolves to where the stream begins: after the client's last event, or now. */
  private async begin({ after }: StreamReader, stream: EventStream): Promise<EventPosition> {
    const { outbox } = this.storage;
    const found = await outbox.locate(after === undefined ? 'now' : { after });
    const position = found ?? (await outbox.locate('now')) ?? '';
    stream.begin();
    if (found === undefined) await stream.send(missed(after));
    return position;
  }

  /** Sends an event if the reader wants it and may see it now. Resolves to `false` if the reader's login is not valid any more. */
  private async sendOne(
    { request, filter }: StreamReader,
    stream: EventStream,
    event: RegistryEvent,
  ): Promise<boolean> {
    if (!accepts(filter, event)) return true;
    const rights = await this.rightsNow(request);
    if (rights === undefined) return false;
    const seen = seenBy(rights, event);
    if (seen !== undefined) await stream.send({ id: event.id, data: seen });
    return true;
  }

  /** Resolves to the rights by the present users, robots and rules, or to `undefined` if the login is not valid any more. */
  private async rightsNow(request: Request): Promise<Rights | undefined> {
    try {
      const { rights } = await this.authenticator.identifyForApi(request);
      rights.demandApi();
      return rights;
    } catch {
      return undefined;
    }
  }

  /** Shows that the connection lives, and ends it if the login is not valid any more. */
  private beat(
    { request }: StreamReader,
    stream: EventStream,
    ending: AbortController,
  ): () => void {
    const timer = setInterval(() => {
      stream.beat();
      void this.rightsNow(request).then((rights) => {
        if (rights === undefined) ending.abort();
      });
    }, BEAT_EVERY_MS);
    timer.unref();
    return () => clearInterval(timer);
  }

  /** What is not stored is looked at only for readers that ask for the types, because that takes time each second. */
  private sendLive({ request, filter }: StreamReader, stream: EventStream): () => void {
    const isWanted = (type: string): boolean =>
      filter.types.some((pattern) => pattern.matches(type));
    const send = (events: readonly LiveEvent[]): void => {
      const wanted = events.filter((event) => accepts(filter, event));
      if (wanted.length > 0) void this.sendAllowed(request, stream, wanted);
    };
    const ends = [
      ...(isWanted(UPLOAD_PROGRESS) ? [this.progress.listen(send)] : []),
      ...(MOMENT_TYPES.some(isWanted) ? [this.moment.listen(send)] : []),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  private async sendAllowed(
    request: Request,
    stream: EventStream,
    events: readonly LiveEvent[],
  ): Promise<void> {
    const rights = await this.rightsNow(request);
    if (rights === undefined) return;
    for (const event of events) {
      const seen = liveSeenBy(rights, event);
      if (seen !== undefined) stream.sendIfReady({ data: seen });
    }
  }
}

/** An event that is not stored. */
type LiveEvent = UploadProgressEvent | MomentEvent;

/** Uploads are for those who may push. */
function liveSeenBy(rights: Rights, event: LiveEvent): LiveEvent | undefined {
  if (event.type !== UPLOAD_PROGRESS) return momentSeenBy(rights, event);
  const { repository } = event;
  return rights.has(repository, 'pull') && rights.has(repository, 'push') ? event : undefined;
}

/** Tells a client that events are missing, so that it must read the current state. */
function missed(after?: string): { readonly name: string; readonly data: object } {
  const advice = 'events are missing here: read the current state';
  return { name: 'missed', data: { ...(after !== undefined && { after }), advice } };
}

function tooMany(): RegistryError {
  return new RegistryError(
    'too-many-requests',
    `this process serves ${MAX_STREAMS} streams already`,
    {
      limit: MAX_STREAMS,
      advice: 'close streams that nobody reads, or try again later',
    },
  );
}
