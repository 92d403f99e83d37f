import { isUtf8 } from 'node:buffer';

import { isNonDistributable } from '../domain/media-type.js';
import { checkFields, integer, TEXT, type Fields } from './check-arguments.js';
import { type BlobContent } from './content.js';
import { chooseImage } from './choose-image.js';
import { type ImageReference } from './image-reference.js';
import {
  isDirectory,
  MergedFiles,
  type Directory,
  type Link,
} from '../inspect/layers/merged-files.js';
import { pullBlob, type ReadStorage } from './pull-content.js';
import { unpackLayer } from './unpack-layer.js';

/** A file of an image: text if it is UTF-8, else its bytes; or a symbolic link. */
export type ImageFile = string | Buffer | Link;

/** The files of an image by path, without directories. */
export type ImageFiles = Readonly<Record<string, ImageFile>>;

export interface FilesOptions {
  /** The image of an index, such as `linux/arm64`. Needed if the index has several images. */
  readonly platform?: string;
  /** The most bytes that the layers may unpack to; 256 MiB by default. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 256 * 1024 * 1024;

/** A short entry of a layer can lead to a long path. */
const MAX_PATH_CHARACTERS = 64 * 1024 * 1024;

const OPTIONS: Fields<FilesOptions> = { platform: TEXT, maxBytes: integer(0) };

/**
 * Reads the files of an image, with its layers laid over each other.
 *
 * @throws TypeError for wrong options
 * @throws Error that says which layer cannot be read, or what platforms there are
 */
export async function imageFiles(
  storage: ReadStorage,
  reference: ImageReference,
  options: FilesOptions,
): Promise<ImageFiles> {
  checkFields<FilesOptions>('files', options, OPTIONS);
  const { layers = [] } = await chooseImage(storage, reference, options.platform);
  const merged = new MergedFiles<Buffer>();
  let left = options.maxBytes ?? MAX_BYTES;
  for (const descriptor of layers) {
    if (isNonDistributable(descriptor.mediaType)) {
      throw new Error(`${descriptor.digest} is a layer that registries do not have`);
    }
    const layer = await pullBlob(storage, reference.repository, descriptor);
    const { entries, size } = await unpackLayer(layer, left);
    left -= size;
    layOver(merged, layer, entries);
  }
  return allOf(merged.root);
}

/** Returns the files in the order of their paths. @throws Error if the paths are too long together */
function allOf(root: Directory<Buffer>): ImageFiles {
  const found = [...filesIn(root, '')];
  const characters = found.reduce((sum, [path]) => sum + path.length, 0);
  if (characters > MAX_PATH_CHARACTERS) throw new Error('the paths of its files are too long');
  return Object.fromEntries(found.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function* filesIn(directory: Directory<Buffer>, prefix: string): Iterable<[string, ImageFile]> {
  for (const [name, node] of directory) {
    const path = prefix === '' ? name : `${prefix}/${name}`;
    if (isDirectory(node)) yield* filesIn(node, path);
    else yield [path, Buffer.isBuffer(node) && isUtf8(node) ? node.toString() : node];
  }
}

function layOver(
  merged: MergedFiles<Buffer>,
  { digest }: BlobContent,
  entries: Parameters<MergedFiles<Buffer>['add']>[0],
): void {
  try {
    merged.add(entries);
  } catch (cause) {
    throw new Error(`${digest} cannot be read as a layer: ${(cause as Error).message}`, { cause });
  }
}
