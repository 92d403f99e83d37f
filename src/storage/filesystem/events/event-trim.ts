import { readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreNotFound } from '../../../files/errors.js';
import { type EventLimits, type TrimmedEvents } from '../../ports/outbox.js';
import { removeIfEmpty } from '../disk/durability.js';
import { succeedsIfPresent } from '../disk/fs-errors.js';
import { type FileEventCursors } from './event-cursors.js';
import { decodePositions, segmentPath, segmentsIn, writersIn } from './event-segments.js';

const NEWLINE = 0x0a;

interface Segment {
  readonly name: string;
  readonly segment: number;
  readonly path: string;
  readonly bytes: number;
  readonly writtenAt: number;
  /** Whether its writer may still append to it. */
  readonly isCurrent: boolean;
}

export interface TrimOptions {
  readonly root: string;
  readonly cursors: FileEventCursors;
  /** A last segment without writes for this time gets no more. In milliseconds. */
  readonly abandonedAfterMs: number;
  /** Returns whether this process may append to a segment, or `undefined` if it is not the writer's process. */
  readonly isOwn: (name: string, segment: number) => boolean | undefined;
  readonly now: number;
}

/** Removes the oldest segments beyond the limits, and the directories of writers that are gone. */
export async function trimSegments(
  { ageMs, bytes }: EventLimits,
  options: TrimOptions,
): Promise<TrimmedEvents> {
  const segments = await allSegments(options);
  const consumers = new Set<string>();
  let [events, left] = [0, segments.reduce((sum, one) => sum + one.bytes, 0)];
  for (const segment of segments) {
    const isTooMuch = left > bytes || options.now - segment.writtenAt >= ageMs;
    if (!isTooMuch || segment.isCurrent) continue;
    left -= segment.bytes;
    const count = await eventsIn(segment.path);
    for (const name of await unreadBy(options.cursors, segment)) consumers.add(name);
    if (await succeedsIfPresent(unlink(segment.path))) events += count;
  }
  await removeGone(options);
  return { events, consumers: [...consumers] };
}

/** Resolves to all segments, the oldest first. */
async function allSegments({
  root,
  abandonedAfterMs,
  isOwn,
  now,
}: TrimOptions): Promise<Segment[]> {
  const found: Segment[] = [];
  for (const name of await writersIn(root)) {
    const numbers = await segmentsIn(join(root, name));
    for (const segment of numbers) {
      const path = segmentPath(join(root, name), segment);
      const file = await stat(path).catch(ignoreNotFound);
      if (file === undefined) continue;
      const mayGrow = segment === numbers.at(-1) && now - file.mtimeMs < abandonedAfterMs;
      const isCurrent = isOwn(name, segment) ?? mayGrow;
      const { size, mtimeMs } = file;
      found.push({ name, segment, path, bytes: size, writtenAt: mtimeMs, isCurrent });
    }
  }
  return found.sort((one, other) => one.writtenAt - other.writtenAt);
}

async function eventsIn(path: string): Promise<number> {
  const bytes = (await readFile(path).catch(ignoreNotFound)) ?? Buffer.alloc(0);
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

/** Resolves to the consumers that have not read a segment whole. */
async function unreadBy(cursors: FileEventCursors, segment: Segment): Promise<string[]> {
  const found: string[] = [];
  for (const consumer of await cursors.list()) {
    const position = await cursors.get(consumer);
    const place = position === undefined ? undefined : decodePositions(position).get(segment.name);
    const hasRead =
      place !== undefined &&
      (place.segment > segment.segment ||
        (place.segment === segment.segment && place.offset >= segment.bytes));
    if (!hasRead) found.push(consumer);
  }
  return found;
}

/** Removes the empty directories of writers. A writer that is not gone creates its directory again. */
async function removeGone({ root, abandonedAfterMs, now }: TrimOptions): Promise<void> {
  for (const name of await writersIn(root)) {
    const directory = join(root, name);
    const found = await stat(directory).catch(ignoreNotFound);
    if (found !== undefined && now - found.mtimeMs >= abandonedAfterMs) {
      await removeIfEmpty(directory);
    }
  }
}
