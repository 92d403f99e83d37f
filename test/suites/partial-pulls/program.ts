import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PROJECT_ROOT } from '../../support/server-process.ts';

const PROGRAM = join(PROJECT_ROOT, '.tools/bin/partial-pulls');
const ENDS_WITHIN_MS = 120_000;
/** They leave out what needs C libraries. */
const TAGS = [
  'containers_image_openpgp',
  'exclude_graphdriver_btrfs',
  'exclude_graphdriver_devicemapper',
];

/** Compiles the program in this folder, which takes minutes the first time. */
export function buildProgram(): void {
  const args = ['build', '-tags', TAGS.join(','), '-o', PROGRAM, '.'];
  execFileSync('go', args, { cwd: import.meta.dirname, stdio: 'inherit' });
}

/** Runs a command of the program. @throws Error with its output, if it fails */
export async function runProgram(...args: readonly string[]): Promise<void> {
  await promisify(execFile)(PROGRAM, args, { timeout: ENDS_WITHIN_MS });
}
