import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { type Storage } from '../../storage/ports/storage.js';
import { type ArchivedImages } from '../archives/archived-images.js';
import { DirectoryFiles } from '../archives/directory-files.js';
import { readDockerArchive } from '../archives/docker-archive.js';
import { readFiles, unreadable, UnusableSeed, type ImageFiles } from '../archives/image-files.js';
import { loadImages } from './load-images.js';
import { readOciLayout } from '../archives/oci-layout.js';
import { realPathInside } from '../archives/real-path.js';
import { TarFiles } from '../archives/tar-files.js';

/**
 * Loads the images at `path` into `storage`, and calls `report` with the name of each. Existing content is not loaded again, but
 * tags are set again at each start, also if a client has moved them.
 *
 * @param path an OCI layout (a directory or a tar file), a `docker save` file, or a directory of these
 * @throws UnusableSeed
 */
export async function seed(
  storage: Storage,
  path: string,
  report: (image: string) => void,
): Promise<void> {
  for (const files of await archivesAt(path)) {
    const images = await read(files).catch((cause: unknown) => {
      throw unusable(files.name, cause);
    });
    await loadImages(storage, files, images);
    for (const { name } of images.images) report(`${name.repository}:${name.tag}`);
  }
}

/** @param seed the directory that no symbolic link may leave; the path that was given may be a link itself */
async function archivesAt(path: string, seed = path): Promise<ImageFiles[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UnusableSeed(`${path} does not exist`);
  await realPathInside(path, seed);
  if (!found.isDirectory()) return [new TarFiles(path)];
  const names = await readdir(path).catch((cause: unknown) => {
    throw unusable(path, cause);
  });
  if (names.includes('index.json') || names.includes('manifest.json')) {
    return [new DirectoryFiles(path, seed)];
  }
  const visible = names.filter((name) => !name.startsWith('.')).sort();
  return (await Promise.all(visible.map((name) => archivesAt(join(path, name), seed)))).flat();
}

async function read(files: ImageFiles): Promise<ArchivedImages> {
  const documents = await readFiles(files, ['index.json', 'manifest.json']);
  const index = documents.get('index.json');
  if (index !== undefined) return readOciLayout(files, index);
  const manifest = documents.get('manifest.json');
  if (manifest !== undefined) return readDockerArchive(files, manifest);
  throw new UnusableSeed(`${files.name} is neither an OCI layout nor a docker save archive`);
}

function unusable(archive: string, cause: unknown): UnusableSeed {
  if (cause instanceof UnusableSeed) return cause;
  if (cause instanceof Error && 'code' in cause && cause.code === 'EACCES') {
    return unreadable(archive, cause);
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new UnusableSeed(`${archive}: ${reason}`, { cause });
}
