import { posix } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import { Parser, type ReadEntry } from 'tar';

import { type BlobContent } from './content.js';
import { decompressZstd, hasZstd } from './zstd-frames.js';

/** One entry of a layer. The path has no slash at its beginning or end. */
export type LayerEntry =
  | FileEntry
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'other' };

/** An entry with content, its own or that of a link's target. */
export type FileEntry =
  | { readonly path: string; readonly kind: 'file'; readonly content: Buffer }
  | { readonly path: string; readonly kind: 'link' | 'hard-link'; readonly target: string };

/** The entries of a layer in their order, and the size of its tar file in bytes. */
export interface UnpackedLayer {
  readonly entries: readonly LayerEntry[];
  readonly size: number;
}

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Layers of OCI and Docker images. Some tools give a compressed layer the type of a plain one. */
const LAYER_TYPES = /[.]tar(?:[+.](?:gzip|zstd))?$/;

/**
 * Unpacks a layer: a tar file, plain or compressed by gzip or zstd.
 *
 * @throws Error that names the layer when it is no tar file, or unpacks to more than `most` bytes
 */
export async function unpackLayer(layer: BlobContent, most: number): Promise<UnpackedLayer> {
  if (!LAYER_TYPES.test(layer.mediaType)) {
    throw new Error(`${layer.digest} is ${layer.mediaType}, not a layer of files: see pull`);
  }
  const tar = await decompressed(layer, most);
  try {
    return { entries: entriesOf(tar), size: tar.byteLength };
  } catch (cause) {
    throw unreadable(layer, cause);
  }
}

async function decompressed(layer: BlobContent, most: number): Promise<Buffer> {
  const decompress = decompressorOf(layer);
  const tooLarge = new Error(
    `the layers up to ${layer.digest} unpack to more bytes than allowed: raise maxBytes of files`,
  );
  if (decompress === undefined) {
    if (layer.bytes.byteLength > most) throw tooLarge;
    return layer.bytes;
  }
  if (most <= 0) throw tooLarge;
  const tar = await decompress(layer.bytes, { maxOutputLength: most }).catch((cause: unknown) => {
    throw isTooLarge(cause) ? tooLarge : unreadable(layer, cause);
  });
  // The parser would decompress once more, without a limit.
  if (startsWith(tar, GZIP) || startsWith(tar, ZSTD)) {
    throw unreadable(layer, new Error('it is compressed twice'));
  }
  return tar;
}

function decompressorOf({ bytes, digest }: BlobContent): Decompress | undefined {
  if (startsWith(bytes, GZIP)) return promisify(gunzip);
  if (!startsWith(bytes, ZSTD)) return undefined;
  if (hasZstd()) return decompressZstd;
  throw new Error(
    `${digest} is compressed by zstd, which needs Node 22.15 or later; this is ${process.version}`,
  );
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return magic.equals(bytes.subarray(0, magic.byteLength));
}

function isTooLarge(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
}

function unreadable({ digest }: BlobContent, cause: unknown): Error {
  const reason = (cause as Error).message;
  return new Error(`${digest} cannot be read as a layer: ${reason}`, { cause });
}

/** The parser works synchronously on bytes that are not compressed. */
function entriesOf(tar: Buffer): LayerEntry[] {
  const entries: LayerEntry[] = [];
  const failures: unknown[] = [];
  const onReadEntry = (entry: ReadEntry): void => {
    const pieces: Buffer[] = [];
    entry.on('data', (piece: Buffer) => pieces.push(piece));
    entry.on('end', () => entries.push(describe(entry, pieces)));
  };
  const parser = new Parser({ strict: true, onReadEntry });
  parser.on('error', (error: unknown) => failures.push(error));
  parser.end(tar);
  if (failures.length > 0) throw failures[0] as Error;
  return entries;
}

const FILES: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];

function describe({ type, path: given, linkpath = '' }: ReadEntry, pieces: Buffer[]): LayerEntry {
  const path = pathWithin(given);
  if (FILES.includes(type)) return { path, kind: 'file', content: Buffer.concat(pieces) };
  if (type === 'Link') return { path, kind: 'hard-link', target: pathWithin(linkpath) };
  if (type === 'SymbolicLink') return { path, kind: 'link', target: linkpath };
  return { path, kind: type === 'Directory' ? 'directory' : 'other' };
}

/** Returns a path without slashes around it. @throws Error for one that leads out of the image */
function pathWithin(given: string): string {
  const path = posix.normalize(given).replace(/^\/+|\/+$/g, '');
  if (path === '..' || path.startsWith('../')) throw new Error(`${given} leads out of the image`);
  return path === '.' ? '' : path;
}
