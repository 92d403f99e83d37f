import { gunzipSync, gzipSync } from 'node:zlib';

import { Header, Pax } from 'tar';

import { Digest } from '../domain/digest.js';
import { blobOf, type BlobContent, type OciDescriptor } from './content.js';

/** A file of a layer: its content, or more about it. `mode` is 0o644 unless given, of a directory 0o755. */
export type LayerFile =
  | string
  | Uint8Array
  | { readonly content?: string | Uint8Array; readonly mode?: number }
  | { readonly linkTo: string };

/** The files of a layer by their paths; one that ends with a slash is a directory. */
export type LayerFiles = Readonly<Record<string, LayerFile>>;

export interface LayerOptions {
  readonly annotations?: OciDescriptor['annotations'];
}

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Where the header of gzip says which system has written it, and what says that it is not known. RFC 1952, section 2.3. */
const SYSTEM = { at: 9, unknown: 255 };

const BLOCK = 512;

/**
 * Builds a layer of `files`: a gzipped tar file, whose bytes depend on the files alone.
 *
 * @throws TypeError for a path that leads out of the image, and for bytes instead of files
 */
export function layer(files: LayerFiles, { annotations }: LayerOptions = {}): BlobContent {
  if (files instanceof Uint8Array) {
    throw new TypeError('bytes are a layer together with their type: blob(bytes, mediaType)');
  }
  const entries = Object.entries(files).flatMap(([path, file]) => entryOf(path, file));
  const tar = Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
  // Stored, not compressed: what compressing makes of it depends on the processor.
  const bytes = gzipSync(tar, { level: 0 });
  bytes[SYSTEM.at] = SYSTEM.unknown;
  return blobOf(bytes, LAYER_TYPE, annotations);
}

/** Makes content of any type out of `bytes`: a layer that is there already, or the file of an artifact. */
export function blob(
  bytes: Uint8Array | string,
  mediaType = 'application/octet-stream',
  { annotations }: LayerOptions = {},
): BlobContent {
  return blobOf(Buffer.from(bytes as Uint8Array), mediaType, annotations);
}

/** The digest of a layer's tar file, which the image's config lists; of what is no gzip, that of its own bytes. */
export function diffIdOf({ bytes, mediaType }: BlobContent): string {
  return Digest.of(/[+.]gzip$/.test(mediaType) ? unzipped(bytes) : bytes).toString();
}

function unzipped(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    // A test may call any bytes a layer.
    return bytes;
  }
}

function entryOf(path: string, file: LayerFile): Buffer[] {
  const name = path.replace(/^\/+/, '');
  if (name === '' || name.split('/').includes('..')) {
    throw new TypeError(`${JSON.stringify(path)} is no path within an image`);
  }
  if (typeof file === 'object' && 'linkTo' in file) {
    return headerOf({ path: name, type: 'SymbolicLink', linkpath: file.linkTo, mode: 0o777 });
  }
  const { content = '', mode } = isContent(file) ? { content: file } : file;
  if (name.endsWith('/')) return headerOf({ path: name, type: 'Directory', mode: mode ?? 0o755 });
  const bytes = Buffer.from(content as Uint8Array);
  const size = bytes.byteLength;
  const padding = Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  return [...headerOf({ path: name, type: 'File', size, mode: mode ?? 0o644 }), bytes, padding];
}

function isContent(file: LayerFile): file is string | Uint8Array {
  return typeof file === 'string' || file instanceof Uint8Array;
}

type Entry = ConstructorParameters<typeof Pax>[0];

/** The header of an entry, behind the extended one that a long path needs. */
function headerOf(entry: Entry): Buffer[] {
  const header = new Header({ size: 0, mtime: new Date(0), uid: 0, gid: 0, ...entry });
  const block = Buffer.alloc(BLOCK);
  if (!header.encode(block)) return [block];
  const { path = '', linkpath } = entry;
  return [new Pax({ path, ...(linkpath === undefined ? {} : { linkpath }) }).encode(), block];
}
