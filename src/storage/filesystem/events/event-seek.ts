import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { timeOfEventId } from '../../../domain/event-id.js';
import { ignoreNotFound } from '../../../files/errors.js';
import { isWriterOf, segmentPath, segmentsIn, type WriterPosition } from './event-segments.js';
import { WriterReader } from './writer-reader.js';

/** A clock may be this much ahead of the times of files. In milliseconds. */
const CLOCK_SLACK_MS = 10_000;

/** How much of the end of a segment has its last event. */
const TAIL_BYTES = 32 * 1024;

/** Resolves to the position after the last event of a writer, or to `undefined` if it has none. */
export async function endOf(directory: string): Promise<WriterPosition | undefined> {
  const last = (await segmentsIn(directory)).at(-1);
  const size = last && (await stat(segmentPath(directory, last)).catch(ignoreNotFound))?.size;
  if (last === undefined || size === undefined) return undefined;
  // The line that the tail begins within is not an event, and is skipped.
  const offset = Math.max(0, size - TAIL_BYTES);
  return skip(directory, { segment: last, offset, sequence: last - 1 }, () => true);
}

/** The position in one writer's events after an id, and whether the event with this id was found. */
export interface SoughtPosition {
  readonly position: WriterPosition | undefined;
  readonly isFound: boolean;
}

/** Finds the position after all events of a writer with ids up to `id`. Reads at most one segment whole. */
export async function seek(root: string, name: string, id: string): Promise<SoughtPosition> {
  const directory = join(root, name);
  const segments = await segmentsIn(directory);
  const own = isWriterOf(name, id);
  if (!own && (await isOlder(directory, segments.at(-1), id))) {
    return { position: await endOf(directory), isFound: false };
  }
  const segment = await lastBefore(directory, segments, id);
  if (segment === undefined) return { position: firstPlace(segments), isFound: false };
  let isFound = false;
  const position = await skip(directory, { segment, offset: 0, sequence: segment - 1 }, (next) => {
    isFound ||= next === id;
    return next <= id;
  });
  return { position, isFound };
}

/** Returns the place before the first event that is kept. */
function firstPlace([first]: readonly number[]): WriterPosition | undefined {
  return first === undefined ? undefined : { segment: first, offset: 0, sequence: first - 1 };
}

/** Reads on as long as `passes` accepts the id. Resolves to the position after that. */
async function skip(
  directory: string,
  from: WriterPosition,
  passes: (id: string) => boolean,
): Promise<WriterPosition | undefined> {
  const reader = new WriterReader(directory, from);
  for (;;) {
    const event = await reader.peek();
    if (event === undefined || !passes(event.id)) return reader.place;
    reader.take();
  }
}

/** Finds the last segment whose first event is not after `id`. */
async function lastBefore(
  directory: string,
  segments: readonly number[],
  id: string,
): Promise<number | undefined> {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = segments[middle] ?? 0;
    const first = await new WriterReader(directory, { segment, offset: 0, sequence: 0 }).peek();
    if (first !== undefined && first.id <= id) low = middle + 1;
    else high = middle;
  }
  return segments[low - 1];
}

/** Resolves to whether nothing was written to the last segment since the time of `id`. */
async function isOlder(directory: string, last: number | undefined, id: string): Promise<boolean> {
  if (last === undefined) return false;
  const found = await stat(segmentPath(directory, last)).catch(ignoreNotFound);
  return found !== undefined && found.mtimeMs < timeOfEventId(id) - CLOCK_SLACK_MS;
}
