import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { RegistryError } from '../../domain/errors.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type ArchivedImages } from '../archives/archived-images.js';
import { DirectoryFiles } from '../archives/directory-files.js';
import { readDockerArchive } from '../archives/docker-archive.js';
import {
  readFiles,
  unreadableFile,
  UnusableSeed,
  type ImageFiles,
} from '../archives/image-files.js';
import { loadImages } from './load-images.js';
import { readOciLayout } from '../archives/oci-layout.js';
import { realPathInside } from '../archives/real-path.js';
import { TarFiles } from '../archives/tar-files.js';

/** Receives what is loaded, and lines about what is not. */
export interface SeedReport {
  /** @param image the name, such as `team/app:1.0` */
  readonly seeded: (image: string) => void;
  readonly warn: (line: string) => void;
}

/**
 * Loads the images at `path` into `storage`. Existing content is not loaded again, but tags are set
 * again at each start, also if a client has moved them.
 *
 * @param path an OCI layout (a directory or a tar file), a `docker save` file, or a directory of these
 * @throws UnusableSeed with one line that names the file
 */
export async function seed(storage: Storage, path: string, report: SeedReport): Promise<void> {
  const archives = await archivesAt(path);
  if (archives.length === 0) report.warn(`${path} has no images: put OCI layouts or files there`);
  for (const files of archives) {
    try {
      const images = await read(files);
      await loadImages(storage, files, images, report.warn);
      for (const { name } of images.images) report.seeded(`${name.repository}:${name.tag}`);
    } catch (cause) {
      throw explained(files.name, cause);
    }
  }
}

/** @param seed the directory that no symbolic link may leave; the path that was given may be a link itself */
async function archivesAt(path: string, seed = path): Promise<ImageFiles[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new UnusableSeed(`${path} does not exist`);
  await realPathInside(path, seed);
  if (!found.isDirectory()) return [new TarFiles(path)];
  const names = await readdir(path).catch((cause: unknown) => {
    throw unreadableFile(path, cause);
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
  throw new UnusableSeed(
    `${files.name} is neither an OCI layout nor a docker save archive: it has no index.json and no manifest.json`,
  );
}

/** Returns errors of the archive and refusals of the storage as lines for people, and others unchanged. */
function explained(archive: string, cause: unknown): unknown {
  if (!(cause instanceof RegistryError)) return cause;
  return new UnusableSeed(`${archive} cannot be loaded: ${cause.message}`, { cause });
}
