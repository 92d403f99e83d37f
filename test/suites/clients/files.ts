import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, cp, mkdir, readdir, readlink, realpath } from 'node:fs/promises';
import { basename, delimiter, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../support/server-process.js';

/** Returns each file below a folder with the digest of its bytes, to compare two folders. */
export async function fingerprint(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const prints: [string, string][] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) prints.push([relative(folder, path), await digestOfFile(path)]);
    if (entry.isSymbolicLink()) prints.push([relative(folder, path), await readlink(path)]);
  }
  return Object.fromEntries(prints.sort());
}

export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest('hex')}`;
}

export async function extract(tarFile: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await promisify(execFile)('tar', ['-xf', tarFile, '-C', folder]);
  return folder;
}

/** Copies a few megabytes of real files: Berth's source, and a library of hundreds of small files. */
export async function gatherApplication(folder: string): Promise<{ app: string; library: string }> {
  const app = join(folder, 'app');
  const library = join(folder, 'library');
  await cp(join(PROJECT_ROOT, 'src'), join(app, 'app/src'), { recursive: true });
  await cp(join(PROJECT_ROOT, 'node_modules/rxjs'), join(library, 'app/library'), {
    recursive: true,
  });
  return { app, library };
}

const PROGRAMS = ['dockerd', 'docker', 'containerd', 'podman', 'buildah', 'skopeo'];

/** Copies more than 300 MB of real files: the clients themselves, and Node. */
export async function gatherPrograms(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const programs = [process.execPath, ...(await Promise.all(PROGRAMS.map(findProgram)))];
  for (const program of programs) await copyFile(program, join(folder, basename(program)));
}

async function findProgram(name: string): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = await realpath(join(folder, name)).catch(() => undefined);
    if (path) return path;
  }
  throw new Error(`${name} is not installed: \`.ci/install-tools clients\``);
}
