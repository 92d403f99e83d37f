import { isNonDistributable } from '../domain/media-type.js';
import { type Storage } from '../storage/ports/storage.js';
import { checkFields, integer, TEXT, type Fields } from './check-arguments.js';
import { type BlobContent } from './content.js';
import { chooseImage } from './choose-image.js';
import { type ImageReference } from './image-reference.js';
import { MergedFiles, type ImageFiles } from './merged-files.js';
import { pullBlob } from './pull-content.js';
import { unpackLayer } from './unpack-layer.js';

export interface FilesOptions {
  /** The image of an index, such as `linux/arm64`. Needed if the index has several images. */
  readonly platform?: string;
  /** The most bytes that the layers may unpack to; 256 MiB by default. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 256 * 1024 * 1024;

const OPTIONS: Fields<FilesOptions> = { platform: TEXT, maxBytes: integer(0) };

/**
 * Reads the files of an image, with its layers laid over each other.
 *
 * @throws TypeError for wrong options
 * @throws Error that says which layer cannot be read, or what platforms there are
 */
export async function imageFiles(
  storage: Storage,
  reference: ImageReference,
  options: FilesOptions,
): Promise<ImageFiles> {
  checkFields<FilesOptions>('files', options, OPTIONS);
  const { layers = [] } = await chooseImage(storage, reference, options.platform);
  const merged = new MergedFiles();
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
  return merged.all;
}

function layOver(
  merged: MergedFiles,
  { digest }: BlobContent,
  entries: Parameters<MergedFiles['add']>[0],
): void {
  try {
    merged.add(entries);
  } catch (cause) {
    throw new Error(`${digest} cannot be read as a layer: ${(cause as Error).message}`, { cause });
  }
}
