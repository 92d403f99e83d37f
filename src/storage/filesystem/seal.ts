import { statSync, utimesSync, type Stats } from 'node:fs';

/** The fractions of a second that seals have: a prime number of them, so that round sizes do not share one, */
const FRACTIONS = 49_999;
/** so far apart, in milliseconds, */
const STEP_MS = 0.02;
/** and on no clock's grid of whole ones. */
const FIRST_MS = 0.007;
/** How exactly a time comes back: Node writes it as a floating-point number of seconds. */
const TOLERANCE_MS = 0.002;

/**
 * A mark on a file that says: so many bytes were verified, and nobody has written to them since.
 *
 * It is the fraction of a second of the file's modification time, which every write sets to something else, and which
 * follows from the size: after a power cut a file may have the time that it was given, and none of its bytes. So the one
 * stat that every answer needs tells damage too. What has no seal is verified again before it is served: a copy of a
 * store made without its times costs one read of each blob.
 */
export class Seal {
  private constructor(private readonly kept: boolean) {}

  /** Tests on a file of the store whether the file system keeps times precisely; if not, every file is treated as sealed. */
  static of(file: string): Seal {
    const seal = new Seal(true);
    const time = seal.timeOf(Date.now(), statSync(file).size);
    utimesSync(file, time, time);
    return new Seal(seal.isOn(statSync(file)));
  }

  /** The sealed time of a file of `size` bytes for `now` (milliseconds), in seconds as `utimes` takes it. */
  timeOf(now: number, size: number): number {
    return Math.floor(now / 1_000) + fractionOf(size) / 1_000;
  }

  isOn({ mtimeMs, size }: Pick<Stats, 'mtimeMs' | 'size'>): boolean {
    return !this.kept || Math.abs((mtimeMs % 1_000) - fractionOf(size)) < TOLERANCE_MS;
  }
}

function fractionOf(size: number): number {
  return FIRST_MS + (size % FRACTIONS) * STEP_MS;
}
