import { gunzipSync, gzipSync } from 'node:zlib';

import { Header, Pax } from 'tar';

import { Digest } from '../domain/digest.js';
import {
  BYTES,
  checkArgument,
  checkFields,
  integer,
  isContent,
  isRecord,
  TEXT,
  TEXTS_BY_NAME,
  type Fields,
  type Kind,
} from './check-arguments.js';
import { blobOf, type BlobContent, type OciDescriptor } from './content.js';

/** A file of a layer: its content, or more about it. `mode` is 0o644 by default, and 0o755 for a directory. */
export type LayerFile = string | Uint8Array | FileWithMode | Link;

interface FileWithMode {
  readonly content?: string | Uint8Array;
  readonly mode?: number;
}

interface Link {
  readonly linkTo: string;
}

/** The files of a layer by path. A path that ends with a slash is a directory. */
export type LayerFiles = Readonly<Record<string, LayerFile>>;

export interface LayerOptions {
  readonly annotations?: OciDescriptor['annotations'];
}

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The gzip header field for the operating system, and its value for "unknown". RFC 1952, section 2.3. */
const SYSTEM = { at: 9, unknown: 255 };

const BLOCK = 512;

/**
 * Builds a layer: a gzipped tar file of `files`. Its bytes depend on the files alone.
 *
 * @throws TypeError for a path outside of the image, and for a wrong argument
 */
export function layer(files: LayerFiles, options: LayerOptions = {}): BlobContent {
  if (files instanceof Uint8Array) {
    throw new TypeError('bytes need a media type to be a layer: blob(bytes, mediaType)');
  }
  checkArgument('the files of a layer', files, FILES);
  checkFields<LayerOptions>('layer', options, OPTIONS);
  const entries = Object.entries(files).flatMap(([path, file]) => entryOf(path, file));
  const tar = Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
  // Stored without compression, because compressed bytes depend on the processor.
  const bytes = gzipSync(tar, { level: 0 });
  bytes[SYSTEM.at] = SYSTEM.unknown;
  return blobOf(bytes, LAYER_TYPE, options.annotations);
}

/**
 * Returns `bytes` as content of any type: an existing layer, or a file of an artifact.
 *
 * @throws TypeError for a wrong argument
 */
export function blob(
  bytes: Uint8Array | string,
  mediaType = 'application/octet-stream',
  options: LayerOptions = {},
): BlobContent {
  checkArgument('the bytes of a blob', bytes, BYTES);
  checkArgument('the media type of a blob', mediaType, TEXT);
  checkFields<LayerOptions>('blob', options, OPTIONS);
  return blobOf(Buffer.from(bytes as Uint8Array), mediaType, options.annotations);
}

/**
 * Returns the digest of a layer's tar file, which the image config lists. Bytes that are not gzip
 * are digested as they are.
 */
export function diffIdOf({ bytes, mediaType }: BlobContent): string {
  return Digest.of(/[+.]gzip$/.test(mediaType) ? unzipped(bytes) : bytes).toString();
}

function unzipped(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    // A test may use any bytes as a layer.
    return bytes;
  }
}

function entryOf(path: string, file: LayerFile): Buffer[] {
  const name = path.replace(/^\/+/, '');
  if (name === '' || name.split('/').includes('..')) {
    throw new TypeError(`${JSON.stringify(path)} is not a path within an image`);
  }
  checkFile(name, file);
  if (isLink(file)) {
    return headerOf({ path: name, type: 'SymbolicLink', linkpath: file.linkTo, mode: 0o777 });
  }
  const { content = '', mode } = isContent(file) ? { content: file } : file;
  if (name.endsWith('/')) return headerOf({ path: name, type: 'Directory', mode: mode ?? 0o755 });
  const bytes = Buffer.from(content as Uint8Array);
  const size = bytes.byteLength;
  const padding = Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  return [...headerOf({ path: name, type: 'File', size, mode: mode ?? 0o644 }), bytes, padding];
}

const FILES: Kind = { allowed: 'an object of files by path', fits: isRecord };

const OPTIONS: Fields<LayerOptions> = { annotations: TEXTS_BY_NAME };

const FILE: Kind = {
  allowed: 'a text, a Buffer, a Uint8Array, { content, mode } or { linkTo }',
  fits: (value) => isContent(value) || isRecord(value),
};

const DIRECTORY: Kind = {
  allowed: "'' or { mode }, because the path ends with a slash",
  fits: (value) => value === '' || (isRecord(value) && !('content' in value || 'linkTo' in value)),
};

const MODE = integer(0, 0o7777);

function checkFile(name: string, file: LayerFile): void {
  const owner = JSON.stringify(name);
  checkArgument(owner, file, name.endsWith('/') ? DIRECTORY : FILE);
  if (isContent(file)) return;
  if (isLink(file)) checkFields<Link>(owner, file, { linkTo: TEXT });
  else checkFields<FileWithMode>(owner, file, { content: BYTES, mode: MODE });
}

function isLink(file: LayerFile): file is Link {
  return typeof file === 'object' && 'linkTo' in file;
}

type Entry = ConstructorParameters<typeof Pax>[0];

/** Returns the header of an entry, preceded by the extended header that a long path needs. */
function headerOf(entry: Entry): Buffer[] {
  const header = new Header({ size: 0, mtime: new Date(0), uid: 0, gid: 0, ...entry });
  const block = Buffer.alloc(BLOCK);
  if (!header.encode(block)) return [block];
  const { path = '', linkpath } = entry;
  return [new Pax({ path, ...(linkpath === undefined ? {} : { linkpath }) }).encode(), block];
}
