import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { timeOfEventId } from '../../../domain/event-id.js';
import { type RegistryEvent } from '../../../domain/registry-event.js';
import { ignoreNotFound } from '../../../files/errors.js';
import { writersIn, type Positions, type WriterPosition } from './event-segments.js';
import { WriterReader } from './writer-reader.js';

/** A writer makes the id of an event and writes it within this time, unless it is suspended in between. In milliseconds. */
export const SETTLES_WITHIN_MS = 50;

/** A writer that has begun no segment and written nothing for this time is idle. In milliseconds. */
const ACTIVE_WITHIN_MS = 5_000;

export interface MergedEvents {
  readonly events: RegistryEvent[];
  readonly positions: Positions;
  readonly missed: boolean;
  /** Whether there are events that must wait, because another writer may still write earlier ones. */
  readonly isHeld: boolean;
}

/** Reads the next events of all writers in the order of their ids. */
export async function readMerged(
  root: string,
  from: Positions,
  limit: number,
  now: () => number,
): Promise<MergedEvents> {
  const readers = new Map<string, WriterReader>();
  for (const name of await writersIn(root)) {
    readers.set(name, new WriterReader(join(root, name), from.get(name)));
  }
  const events: RegistryEvent[] = [];
  let next = await earliest(readers.values());
  let isHeld = false;
  for (; next !== undefined && events.length < limit; next = await earliest(readers.values())) {
    isHeld = isRecent(next.event, now()) && (await hasOtherActive(readers, next.reader, now()));
    if (isHeld) break;
    next.reader.take();
    events.push(next.event);
  }
  const missed = [...readers.values()].some((reader) => reader.missed);
  return { events, positions: placesOf(readers), missed, isHeld };
}

async function earliest(readers: Iterable<WriterReader>) {
  let found: { readonly event: RegistryEvent; readonly reader: WriterReader } | undefined;
  for (const reader of readers) {
    const event = await reader.peek();
    if (event !== undefined && (found === undefined || event.id < found.event.id)) {
      found = { event, reader };
    }
  }
  return found;
}

/** Returns whether an event is so recent that another writer may still write an earlier one. A clock may have been set back. */
function isRecent({ id }: RegistryEvent, now: number): boolean {
  return Math.abs(now - timeOfEventId(id)) < SETTLES_WITHIN_MS;
}

async function hasOtherActive(
  readers: ReadonlyMap<string, WriterReader>,
  own: WriterReader,
  now: number,
): Promise<boolean> {
  for (const reader of readers.values()) {
    const path = reader === own ? undefined : reader.currentSegment;
    const found = path === undefined ? undefined : await stat(path).catch(ignoreNotFound);
    if (found !== undefined && now - found.mtimeMs < ACTIVE_WITHIN_MS) return true;
  }
  return false;
}

function placesOf(readers: ReadonlyMap<string, WriterReader>): Positions {
  const places = new Map<string, WriterPosition>();
  for (const [name, { place }] of readers) if (place !== undefined) places.set(name, place);
  return places;
}
