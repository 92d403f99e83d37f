import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { ignoreNotFound } from '../../../files/errors.js';
import { segmentPath, segmentsIn, writersIn } from './event-segments.js';

/** The clocks of files and of processes may differ by this much. In milliseconds. */
const CLOCK_SLACK_MS = 10_000;

/** Resolves to whether an event that was appended at `since` or later, in milliseconds since the epoch, contains the text. */
export async function containsText(root: string, text: string, since: number): Promise<boolean> {
  for (const name of await writersIn(root)) {
    for (const segment of await segmentsIn(join(root, name))) {
      const path = segmentPath(join(root, name), segment);
      const found = await stat(path).catch(ignoreNotFound);
      if (found === undefined || found.mtimeMs < since - CLOCK_SLACK_MS) continue;
      if ((await readFile(path).catch(ignoreNotFound))?.includes(text) === true) return true;
    }
  }
  return false;
}
