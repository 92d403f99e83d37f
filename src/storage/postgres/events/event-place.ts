import { type EventPosition } from '../../ports/outbox.js';

/** A place between the rows of events, in their order: by the transaction that wrote them, then by the position. */
export interface EventPlace {
  readonly writer: bigint;
  readonly position: bigint;
}

/** Before all events. */
export const BEGINNING: EventPlace = { writer: 0n, position: 0n };

/** The largest transaction id, and the largest position. */
const MAX_WRITER = 2n ** 64n - 1n;
const MAX_POSITION = 2n ** 63n - 1n;

export function positionText({
  writer,
  position,
}: {
  readonly writer: string | bigint;
  readonly position: number | bigint;
}): EventPosition {
  return `${writer}.${position}`;
}

/** Reads a position. Returns `undefined` for a text that is not one, such as a position in another storage. */
export function placeOf(text: EventPosition): EventPlace | undefined {
  const [, first, second] = /^(\d{1,20})\.(\d{1,19})$/.exec(text) ?? [];
  if (first === undefined || second === undefined) return undefined;
  const [writer, position] = [BigInt(first), BigInt(second)];
  return writer > MAX_WRITER || position > MAX_POSITION ? undefined : { writer, position };
}

export function isBefore(one: EventPlace, other: EventPlace): boolean {
  if (one.writer !== other.writer) return one.writer < other.writer;
  return one.position < other.position;
}
