import { statSync, utimesSync, type Stats } from 'node:fs';

/** The fraction of a second, in milliseconds, that the time of a verified file has: on no clock's grid of whole ones. */
const FRACTION_MS = 123.456;
/** How exactly a time comes back: Node writes it as a floating-point number of seconds. */
const TOLERANCE_MS = 0.01;

/**
 * A mark on a blob's file that says: these bytes were verified, and nobody has written to them since.
 *
 * It is the fraction of a second of the file's modification time, which every write sets to something else. So the one
 * stat that every answer needs tells damage too. What has no seal is verified again before it is served: a copy of a
 * store made without its times costs one read of each blob.
 */
export class Seal {
  private constructor(private readonly kept: boolean) {}

  /** Finds out, on a file of the store, whether the file system keeps times so exactly; if not, everything counts as sealed. */
  static of(file: string): Seal {
    const seal = new Seal(true);
    const time = seal.timeOf(Date.now());
    utimesSync(file, time, time);
    return new Seal(seal.isOn(statSync(file)));
  }

  /** The sealed time for `now` (milliseconds), in seconds as `utimes` takes it. */
  timeOf(now: number): number {
    return Math.floor(now / 1_000) + FRACTION_MS / 1_000;
  }

  isOn({ mtimeMs }: Pick<Stats, 'mtimeMs'>): boolean {
    return !this.kept || Math.abs((mtimeMs % 1_000) - FRACTION_MS) < TOLERANCE_MS;
  }
}
