import { closeSync, constants, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { EventIds } from '../../../domain/event-id.js';
import { type NewEvent } from '../../../domain/registry-event.js';
import { hasCode } from '../../../files/errors.js';
import { type EventCounts } from '../../ports/outbox.js';
import { stamp } from '../../protocol/stamp-event.js';
import { segmentPath, writerDirectory } from './event-segments.js';

const { O_APPEND, O_WRONLY } = constants;

export interface WriterOptions {
  /** The directory of all writers. */
  readonly root: string;
  /** Returns whether the store is still there: a bare mount point must not get a directory. */
  readonly isPresent: () => boolean;
  readonly segmentBytes: number;
  /** A segment without writes for this time gets no more, so that other processes may remove it later. In milliseconds. */
  readonly idleMs: number;
  readonly now: () => number;
}

/**
 * Appends the events of this process to segments that no other process writes.
 *
 * Each append is one small synchronous write, which takes less time than passing it to another thread.
 */
export class EventWriter {
  private readonly ids: EventIds;
  private readonly directory: string;
  /** The number of the segment that gets the next event, or `undefined` before a new one is begun. */
  private segment: number | undefined;
  private size = 0;
  private wroteAt = 0;
  private sequence = 0;
  private appended = 0;
  private lost = 0;
  /** Whether the last line may be incomplete. */
  private isTorn = false;

  constructor(private readonly options: WriterOptions) {
    this.ids = new EventIds(undefined, options.now);
    this.directory = join(options.root, writerDirectory(this.ids.writer));
  }

  get counts(): EventCounts {
    return { appended: this.appended, lost: this.lost };
  }

  /** Appends events, or counts them as lost. */
  append(events: readonly NewEvent[]): void {
    const first = this.sequence + 1;
    const lines = events.map((event) =>
      JSON.stringify(stamp(event, this.ids.next(), ++this.sequence)),
    );
    try {
      this.write(`${lines.join('\n')}\n`, first);
      this.appended += events.length;
    } catch {
      // What the events tell has happened, so nothing may fail because of them.
      this.lost += events.length;
    }
  }

  /** Returns whether it may append to a segment, or `undefined` if the segment is another writer's. */
  isOwn(name: string, segment: number): boolean | undefined {
    if (name !== writerDirectory(this.ids.writer)) return undefined;
    return this.segment !== undefined && segment >= this.segment;
  }

  /** Ends the current segment. The next append begins another. */
  endSegment(): void {
    this.segment = undefined;
    this.isTorn = false;
  }

  private write(text: string, first: number): void {
    const file = this.openSegment(first);
    try {
      // A line that was cut gets an end, so that only that line is lost.
      this.writeAll(file, Buffer.from(this.isTorn ? `\n${text}` : text));
    } finally {
      closeSync(file);
    }
  }

  private writeAll(file: number, bytes: Buffer): void {
    for (let offset = 0; offset < bytes.byteLength;) {
      // Set before the write, which may write a part and then fail.
      this.isTorn = true;
      offset += writeSync(file, bytes, offset);
    }
    this.isTorn = false;
    this.size += bytes.byteLength;
    this.wroteAt = this.options.now();
  }

  /**
   * Opens the current segment, or begins a new one, named `first`, if it is full, was idle, or is gone.
   *
   * It is opened for each append: an open file would keep the disk from being unmounted or made read-only.
   */
  private openSegment(first: number): number {
    const { segmentBytes, idleMs, now } = this.options;
    if (this.size >= segmentBytes || now() - this.wroteAt > idleMs) this.endSegment();
    return (this.segment && this.openExisting(this.segment)) ?? this.createSegment(first);
  }

  private openExisting(segment: number): number | undefined {
    try {
      // Without O_CREAT: a segment that was removed must not come back, because readers have passed its end.
      return openSync(segmentPath(this.directory, segment), O_WRONLY | O_APPEND);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      return undefined;
    }
  }

  private createSegment(first: number): number {
    if (!this.options.isPresent()) throw new Error('the storage is gone');
    for (const directory of [this.options.root, this.directory]) makeDirectory(directory);
    const file = openSync(segmentPath(this.directory, first), 'ax', 0o600);
    [this.segment, this.size, this.isTorn] = [first, 0, false];
    return file;
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  }
}
