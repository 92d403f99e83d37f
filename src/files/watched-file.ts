import { readFile, stat } from 'node:fs/promises';

import { InvalidFile } from './invalid-file.js';
import { messageOf, Watcher, type WatchLog } from './watcher.js';

/** Parses the text of the file at `path`. @throws InvalidFile */
export type ParseFile<T> = (text: string, path: string) => T | Promise<T>;

/** The largest file that is read. No person writes a larger one, and each read takes the whole file. */
const MAX_BYTES = 16 * 1024 ** 2;

/** A file that is parsed again when it changes. While it is invalid, the last valid value is kept. */
export class WatchedFile<T> {
  private readonly watcher: Watcher;

  private constructor(
    readonly path: string,
    private readonly parse: ParseFile<T>,
    private readonly log: WatchLog,
    private text: string,
    private valid: T,
    intervalMs?: number,
  ) {
    const watched = {
      look: () => this.look(),
      failureMessage: (message: string) =>
        `${path} cannot be used; its previous content stays in use:\n${message}`,
      recovery: `${path} has its previous content again`,
      reportAfter: 1,
    };
    this.watcher = new Watcher(watched, log, intervalMs);
    this.watcher.start();
  }

  /** Reads the file now and then at the interval, in milliseconds. @throws InvalidFile, also if the file cannot be read */
  static async open<T>(
    path: string,
    parse: ParseFile<T>,
    log: WatchLog,
    intervalMs?: number,
  ): Promise<WatchedFile<T>> {
    const text = await readText(path);
    return new WatchedFile(path, parse, log, text, await parse(text, path), intervalMs);
  }

  /** The last valid value of the file. */
  get value(): T {
    return this.valid;
  }

  /** Why the present content of the file is not in use, or `undefined` if it is. */
  get problem(): string | undefined {
    return this.watcher.problem;
  }

  /** Reads the file now. Never rejects. */
  refresh(): Promise<void> {
    return this.watcher.refresh();
  }

  /** Stops reading the file, and keeps the value. */
  close(): void {
    this.watcher.close();
  }

  private async look(): Promise<boolean> {
    const text = await readText(this.path);
    if (text === this.text) return false;
    this.valid = await this.parse(text, this.path);
    this.text = text;
    this.log.log(`${this.path} has changed; the new content is in use`);
    return true;
  }
}

/** Returns the text of a file that a person wrote. @throws InvalidFile if the file cannot be read */
export async function readText(path: string): Promise<string> {
  const found = await reading(path, () => stat(path));
  // Reading a pipe or a device may never end.
  const problem = !found.isFile()
    ? 'is not a file'
    : found.size > MAX_BYTES
      ? 'is too large'
      : undefined;
  if (problem !== undefined) throw new InvalidFile(path, [{ message: `this ${problem}` }]);
  return reading(path, () => readFile(path, 'utf8'));
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // The system's message repeats the path after a comma.
    const [reason = ''] = messageOf(cause).split(',');
    throw new InvalidFile(path, [{ message: `it cannot be read: ${reason}` }], { cause });
  }
}
