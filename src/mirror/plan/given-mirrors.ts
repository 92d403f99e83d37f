import { resolve } from 'node:path';

import { InvalidFile, type Mistake } from '../../files/invalid-file.js';
import { InvalidMirrors } from './invalid-mirrors.js';
import { type MirrorOptions } from './mirror-options.js';
import { parseMirrorsFile, type MirrorChecks } from './mirrors-file.js';
import { type MirrorsPlan } from './mirrors-plan.js';

/**
 * Parses the mirrors of a program, as those of a mirrors file in the working directory.
 *
 * @throws InvalidMirrors with every mistake in them
 */
export async function parseGivenMirrors(
  mirrors: readonly MirrorOptions[],
  checks: MirrorChecks,
): Promise<MirrorsPlan> {
  try {
    return await parseMirrorsFile(textOf(mirrors), resolve('mirrors'), checks);
  } catch (error) {
    if (!(error instanceof InvalidFile)) throw error;
    throw new InvalidMirrors(error.mistakes.map(lineOf).join('\n'), { cause: error });
  }
}

/** Returns a mirrors file whose line N + 2 is entry N, so that a mistake can be traced to its entry. JSON is YAML. */
function textOf(mirrors: readonly MirrorOptions[]): string {
  if (mirrors.length === 0) return 'mirrors: []\n';
  return `mirrors:\n${mirrors.map((mirror) => `- ${JSON.stringify(mirror)}\n`).join('')}`;
}

function lineOf({ line = 1, message }: Mistake): string {
  return line < 2 ? message : `mirrors[${line - 2}]: ${message}`;
}
