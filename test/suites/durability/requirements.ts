import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folders of system programs, which root's PATH may lack. */
export const PROGRAM_PATH = [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);

/** The required programs, and their Debian packages. */
const PROGRAMS = {
  xfs_io: 'xfsprogs',
  'mkfs.ext4': 'e2fsprogs',
  losetup: 'mount',
  mount: 'mount',
  umount: 'mount',
} as const;

/** Returns why the test cannot run here, in one line, or `undefined`. */
export function missingRequirement(): string | undefined {
  if (process.platform !== 'linux') return 'test:durability needs Linux: it mounts a file system';
  if (process.getuid?.() !== 0) return 'test:durability needs root: it mounts a file system';
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isInstalled(program));
  if (missing.length === 0) return undefined;
  const names = missing.map(([program]) => program).join(', ');
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  return `test:durability needs ${names}: apt-get install ${packages}`;
}

function isInstalled(program: string): boolean {
  return PROGRAM_PATH.split(delimiter).some((folder) => existsSync(join(folder, program)));
}
