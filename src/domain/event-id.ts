import { randomBytes } from 'node:crypto';

/** The digits of Crockford's base 32, in ascending order of their bytes. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const TIME_DIGITS = 10;
const COUNT_DIGITS = 4;
const WRITER_DIGITS = 12;

/** How many ids one millisecond has. */
const PER_MILLISECOND = 32 ** COUNT_DIGITS;

/** The form of an id. */
export const EVENT_ID = new RegExp(`^[${DIGITS}]{${TIME_DIGITS + COUNT_DIGITS + WRITER_DIGITS}}$`);

/** Makes the ids of one writer. They have the form of a ULID: a time, a count and the writer, so that texts sort by time. */
export class EventIds {
  private last = 0;
  private count = 0;

  /**
   * @param writer the random text that ends each id
   * @param now the time in milliseconds since the epoch
   */
  constructor(
    readonly writer = newWriter(),
    private readonly now: () => number = Date.now,
  ) {}

  /** Returns an id that is greater than all earlier ones, even if the clock went backwards. */
  next(): string {
    const now = this.now();
    if (now > this.last) {
      [this.last, this.count] = [now, 0];
    } else if (++this.count === PER_MILLISECOND) {
      [this.last, this.count] = [this.last + 1, 0];
    }
    return encode(this.last, TIME_DIGITS) + encode(this.count, COUNT_DIGITS) + this.writer;
  }
}

/** Returns whether the text has the form of an id. */
export function isEventId(text: string): boolean {
  return EVENT_ID.test(text);
}

/** Returns the time in an id, in milliseconds since the epoch. */
export function timeOfEventId(id: string): number {
  let time = 0;
  for (let index = 0; index < TIME_DIGITS; index++) {
    time = time * 32 + DIGITS.indexOf(id.charAt(index));
  }
  return time;
}

/** Returns the least id that an event of this time can have. In milliseconds since the epoch. */
export function firstEventIdAt(time: number): string {
  return encode(Math.max(0, time), TIME_DIGITS) + '0'.repeat(COUNT_DIGITS + WRITER_DIGITS);
}

/** Returns the writer that made an id. */
export function writerOfEventId(id: string): string {
  return id.slice(-WRITER_DIGITS);
}

/** Returns a random text that no other writer has. */
function newWriter(): string {
  return [...randomBytes(WRITER_DIGITS)].map((byte) => DIGITS.charAt(byte % 32)).join('');
}

function encode(value: number, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits; rest = Math.floor(rest / 32)) {
    text = DIGITS.charAt(rest % 32) + text;
  }
  return text;
}
