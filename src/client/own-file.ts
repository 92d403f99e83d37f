import { basename } from 'node:path';

import { InvalidFile } from '../files/invalid-file.js';
import { readText } from '../files/watched-file.js';

/** Reads a file that belongs to a mirror. @throws Error with the name of the file, and not its folder: clients see the message */
export async function readOwnFile(path: string): Promise<string> {
  try {
    return await readText(path);
  } catch (cause) {
    if (!(cause instanceof InvalidFile)) throw cause;
    const reasons = cause.mistakes.map(({ message }) => message).join('; ');
    throw new Error(`${basename(path)}: ${reasons}`, { cause });
  }
}
