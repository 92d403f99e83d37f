import { join } from 'node:path';

import { writerOfEventId } from '../../../domain/event-id.js';
import { allNames } from '../disk/list-names.js';

/** The directory of one writer: its process id, and the text that ends its ids. */
const WRITER = /^\d+-[0-9A-Z]{12}$/;

/** A segment is named after the sequence number of its first event. */
const SEGMENT = /^([1-9]\d{0,14})\.jsonl$/;

/** The place of one reader in the events of one writer: the next byte, and the sequence number of the last event read. */
export interface WriterPosition {
  readonly segment: number;
  readonly offset: number;
  readonly sequence: number;
}

/** The place of a reader in the events of all writers, by the names of their directories. A writer that is absent was not read. */
export type Positions = ReadonlyMap<string, WriterPosition>;

/** Returns the path of a writer's segment that begins with the event number `segment`. */
export function segmentPath(directory: string, segment: number): string {
  return join(directory, `${segment}.jsonl`);
}

/** Returns the name of a new writer's directory. */
export function writerDirectory(writer: string): string {
  return `${process.pid}-${writer}`;
}

/** Resolves to the names of the directories of all writers. */
export async function writersIn(root: string): Promise<string[]> {
  return (await allNames(root)).filter((name) => WRITER.test(name));
}

/** Resolves to the segments of a writer, the oldest first. */
export async function segmentsIn(directory: string): Promise<number[]> {
  const numbers = (await allNames(directory)).map((name) => Number(SEGMENT.exec(name)?.[1] ?? 0));
  return numbers.filter((number) => number > 0).sort((one, other) => one - other);
}

/** Returns whether the writer of this directory made the event. */
export function isWriterOf(name: string, id: string): boolean {
  return name.endsWith(`-${writerOfEventId(id)}`);
}

/** Returns the directory of the cursors. No writer has this name. */
export function cursorDirectory(root: string): string {
  return join(root, 'cursors');
}

/** Returns positions as a text. */
export function encodePositions(positions: Positions): string {
  const entries = [...positions].map(([name, { segment, offset, sequence }]) =>
    [name, segment, offset, sequence].join(':'),
  );
  return entries.join(' ');
}

/** Parses the text of positions. Entries that are invalid are left out, as if nothing of that writer was read. */
export function decodePositions(text: string): Positions {
  const found = new Map<string, WriterPosition>();
  for (const entry of text.split(' ')) {
    const [name = '', ...numbers] = entry.split(':');
    const [segment = NaN, offset = NaN, sequence = NaN] = numbers.map(Number);
    const isWhole = [segment, offset, sequence].every(Number.isSafeInteger);
    if (WRITER.test(name) && isWhole) found.set(name, { segment, offset, sequence });
  }
  return found;
}
