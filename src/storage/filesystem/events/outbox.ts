import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { firstEventIdAt } from '../../../domain/event-id.js';
import { type NewEvent } from '../../../domain/registry-event.js';
import {
  Outbox,
  type EventCounts,
  type EventLimits,
  type EventPage,
  type EventPosition,
  type EventStart,
  type TrimmedEvents,
} from '../../ports/outbox.js';
import { FileEventCursors } from './event-cursors.js';
import { readMerged, SETTLES_WITHIN_MS } from './event-merge.js';
import { containsText } from './event-search.js';
import { endOf, seek } from './event-seek.js';
import {
  cursorDirectory,
  decodePositions,
  encodePositions,
  writersIn,
  type WriterPosition,
} from './event-segments.js';
import { trimSegments } from './event-trim.js';
import { EventWatch } from './event-watch.js';
import { EventWriter } from './event-writer.js';

export interface FileOutboxOptions {
  /** The directory of all writers. */
  readonly root: string;
  /** Returns whether the store is still there. */
  readonly isPresent: () => boolean;
  readonly segmentBytes?: number;
  /** A segment without writes for this time gets no more. Twice this time, and other processes may remove it. In milliseconds. */
  readonly idleMs?: number;
  /** Returns the time in milliseconds since the epoch. */
  readonly now?: () => number;
}

const SEGMENT_BYTES = 4 * 1024 ** 2;
const IDLE_MS = 3_600_000;

/** Keeps events in files: one directory for each process, so that no writer waits for another. docs/storage-layout.md#events. */
export class FileOutbox extends Outbox {
  override readonly cursors: FileEventCursors;
  private readonly root: string;
  private readonly idleMs: number;
  private readonly now: () => number;
  private readonly writer: EventWriter;
  private readonly watching: EventWatch;

  constructor(options: FileOutboxOptions) {
    super();
    const { root, isPresent, segmentBytes = SEGMENT_BYTES, idleMs = IDLE_MS } = options;
    this.root = root;
    this.idleMs = idleMs;
    this.now = options.now ?? Date.now;
    this.cursors = new FileEventCursors(cursorDirectory(root));
    this.writer = new EventWriter({ root, isPresent, segmentBytes, idleMs, now: this.now });
    this.watching = new EventWatch(root);
  }

  override get counts(): EventCounts {
    return this.writer.counts;
  }

  override append(events: readonly NewEvent[]): Promise<void> {
    if (events.length > 0) {
      this.writer.append(events);
      this.watching.listeners.call();
    }
    return Promise.resolve();
  }

  override async locate(start: EventStart): Promise<EventPosition | undefined> {
    if (start === 'beginning') return encodePositions(new Map());
    const places = new Map<string, WriterPosition>();
    let isFound = start === 'now' || 'since' in start;
    for (const name of await writersIn(this.root)) {
      const sought =
        start === 'now'
          ? { position: await endOf(join(this.root, name)), isFound }
          : await seek(
              this.root,
              name,
              'since' in start ? firstEventIdAt(start.since) : start.after,
            );
      isFound ||= sought.isFound;
      if (sought.position !== undefined) places.set(name, sought.position);
    }
    return isFound ? encodePositions(places) : undefined;
  }

  override async read(after: EventPosition, limit: number): Promise<EventPage> {
    const from = decodePositions(after);
    let found = await readMerged(this.root, from, limit, this.now);
    if (found.events.length === 0 && found.isHeld) {
      await delay(SETTLES_WITHIN_MS);
      found = await readMerged(this.root, from, limit, this.now);
    }
    return { events: found.events, next: encodePositions(found.positions), missed: found.missed };
  }

  override watch(listener: () => void): () => void {
    return this.watching.add(listener);
  }

  override trim(limits: EventLimits): Promise<TrimmedEvents> {
    // Otherwise the current segment of this process would outlast every limit.
    if (limits.bytes < SEGMENT_BYTES || limits.ageMs < this.idleMs) this.writer.endSegment();
    const { root, cursors, writer } = this;
    return trimSegments(limits, {
      root,
      cursors,
      abandonedAfterMs: 2 * this.idleMs,
      isOwn: (name, segment) => writer.isOwn(name, segment),
      now: this.now(),
    });
  }

  /** Resolves to whether the outbox has an event of a push that began at `since`, in milliseconds since the epoch. */
  hasPush(push: string, since: number): Promise<boolean> {
    return containsText(this.root, `"push":${JSON.stringify(push)}`, since);
  }

  /** Ends the watching. */
  close(): void {
    this.watching.end();
  }
}
