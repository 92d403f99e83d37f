import { statSync, utimesSync, type Stats } from 'node:fs';

/** How many different fractions of a second seals have. The number is prime, so that round sizes have different fractions. */
const FRACTIONS = 49_999;
/** The difference between two neighbouring fractions. */
const STEP_MS = 0.02;
/** The smallest fraction. So no fraction is a whole number of milliseconds, as the times of coarse clocks are. */
const FIRST_MS = 0.007;
/** How exactly a time is stored, because Node writes it as a floating-point number of seconds. */
const TOLERANCE_MS = 0.002;

/** Marks a verified file by the fraction of its modification time: docs/storage-layout.md#the-seal. */
export class Seal {
  private constructor(private readonly supported: boolean) {}

  /** Tests with a file of the store whether the file system stores times precisely. If not, every file is treated as sealed. */
  static of(file: string): Seal {
    const seal = new Seal(true);
    const time = seal.timeOf(Date.now(), statSync(file).size);
    utimesSync(file, time, time);
    return new Seal(seal.isOn(statSync(file)));
  }

  /** Returns the sealed time of a file of `size` bytes, in seconds as for `utimes`. `now` is in milliseconds. */
  timeOf(now: number, size: number): number {
    return Math.floor(now / 1_000) + fractionOf(size) / 1_000;
  }

  isOn({ mtimeMs, size }: Pick<Stats, 'mtimeMs' | 'size'>): boolean {
    return !this.supported || Math.abs((mtimeMs % 1_000) - fractionOf(size)) < TOLERANCE_MS;
  }
}

function fractionOf(size: number): number {
  return FIRST_MS + (size % FRACTIONS) * STEP_MS;
}
