import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A prefix for commands that ends them when the test process ends, even by a kill. */
export const ENDS_WITH_US = ['setpriv', '--pdeathsig', 'TERM'] as const;

/** Unmounts everything below a folder, the last mount first: podman and buildah leave their storage mounted. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(`${folder}/`))
    .reverse();
  for (const point of mounts) await promisify(execFile)('umount', [point]);
}

/** Returns the processes that were started with a path below a folder. */
export async function processesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => ''); // the process has just ended
    if (command.includes(`${folder}/`))
      found.push(`process ${id} ${command.replaceAll('\0', ' ')}`);
  }
  return found;
}
