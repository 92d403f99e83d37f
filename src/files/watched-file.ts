import { readFile, stat } from 'node:fs/promises';

import { InvalidFile } from './invalid-file.js';

/** Receives news about a watched file. Nest's loggers fit. */
export interface WatchLog {
  log(message: string): void;
  error(message: string): void;
}

/** Makes a value of the text of the file at `path`. @throws InvalidFile */
export type ParseFile<T> = (text: string, path: string) => T;

const LOOK_EVERY_MS = 1_000;

/** The file is read whole each time, and nobody writes that much by hand. */
const MAX_BYTES = 16 * 1024 ** 2;

/**
 * What a file says, where it changes while it is used: a change counts within a second, and one that breaks the file does not
 * count until it is mended.
 *
 * The texts are compared, since neither times nor inodes tell of every way in which files change: by editors in place, by renames,
 * by the symbolic links that Kubernetes turns.
 */
export class WatchedFile<T> {
  private looking = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  /** What was said last of a file that cannot be used. */
  private problem: string | undefined;

  private constructor(
    private readonly path: string,
    private readonly parse: ParseFile<T>,
    private readonly log: WatchLog,
    private text: string,
    private good: T,
  ) {
    this.lookLater();
  }

  /** @throws InvalidFile, also when the file cannot be read */
  static async open<T>(path: string, parse: ParseFile<T>, log: WatchLog): Promise<WatchedFile<T>> {
    const text = await readText(path);
    return new WatchedFile(path, parse, log, text, parse(text, path));
  }

  /** What the file says, or, if it cannot be used just now, what it said when it could. */
  get value(): T {
    return this.good;
  }

  /** Looks whether the file has changed since; never throws. */
  refresh(): Promise<void> {
    return (this.looking = this.looking.then(() => this.look()));
  }

  /** Ends the looking; the value stays. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private lookLater(): void {
    if (this.closed) return;
    const look = (): void => void this.refresh().then(() => this.lookLater());
    // A process that has nothing else to do may end.
    this.timer = setTimeout(look, LOOK_EVERY_MS).unref();
  }

  private async look(): Promise<void> {
    try {
      const text = await readText(this.path);
      if (text !== this.text) {
        this.good = this.parse(text, this.path);
        this.text = text;
        this.log.log(`${this.path} has changed; the new content is in use`);
      } else if (this.problem !== undefined) {
        this.log.log(`${this.path} is again as it was`);
      }
      this.problem = undefined;
    } catch (error) {
      this.complain(messageOf(error));
    }
  }

  /** Once for each problem, not each second. */
  private complain(problem: string): void {
    if (problem === this.problem) return;
    this.problem = problem;
    this.log.error(`${this.path} cannot be used; what it said before holds on:\n${problem}`);
  }
}

/** The text of a file that a person wrote. @throws InvalidFile when it cannot be read */
export async function readText(path: string): Promise<string> {
  const found = await reading(path, () => stat(path));
  // Reading a pipe or a device may never end.
  const problem = !found.isFile()
    ? 'is no file'
    : found.size > MAX_BYTES
      ? 'is too large'
      : undefined;
  if (problem !== undefined) throw new InvalidFile(path, [{ sentence: `this ${problem}` }]);
  return reading(path, () => readFile(path, 'utf8'));
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // The system's own sentence names the path again, behind a comma.
    const [reason = ''] = messageOf(cause).split(',');
    throw new InvalidFile(path, [{ sentence: `it cannot be read: ${reason}` }], { cause });
  }
}

/** Not by `instanceof`: test runners give modules a global Error of their own. */
function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error;
  return String(message ? error.message : error);
}
