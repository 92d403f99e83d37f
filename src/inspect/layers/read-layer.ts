import { posix } from 'node:path';
import { PassThrough, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { Parser, type ReadEntry } from 'tar';

import { decompressZstd, hasZstd } from './zstd-frames.js';

/** One entry of a layer. The path has no slash at its beginning or end. */
export type LayerEntry<Content> =
  | FileEntry<Content>
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'other' };

/** An entry with content, its own or that of a link's target. */
export type FileEntry<Content> =
  | { readonly path: string; readonly kind: 'file'; readonly content: Content }
  | { readonly path: string; readonly kind: 'link' | 'hard-link'; readonly target: string };

/** Takes the bytes of one file, and returns what is kept of it. */
export interface FileReader<Content> {
  write(piece: Buffer): void;
  end(): Content;
}

/** A layer, and how it is read. */
export interface LayerSource<Content> {
  readonly digest: string;
  readonly mediaType: string;
  /** The packed bytes, in chunks that stay valid. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** How many bytes the layer may unpack to. */
  readonly most: number;
  /** Makes the error for a layer that unpacks to more. */
  readonly tooLarge: () => Error;
  /** Ends the reading. */
  readonly signal?: AbortSignal;
  /** Reads a file with these permission bits, as in `chmod`. */
  readonly readerOf: (mode: number) => FileReader<Content>;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const MAGIC_BYTES = 4;

/** Layers of OCI and Docker images. Some tools give a compressed layer the type of a plain one. */
const LAYER_TYPES = /[.]tar(?:[+.](?:gzip|zstd))?$/;

const CHUNK_BYTES = 128 * 1024;

/** Returns whether content of this type is a layer of files. */
export function isLayerType(mediaType: string): boolean {
  return LAYER_TYPES.test(mediaType);
}

/**
 * Reads a layer: a tar file, plain or compressed by gzip or zstd. Resolves to the number of bytes that it unpacks to.
 *
 * @param onEntry called with each entry, in order
 * @throws Error that names the layer if it is no tar file, or the error of `tooLarge`
 */
export async function readLayer<Content>(
  layer: LayerSource<Content>,
  onEntry: (entry: LayerEntry<Content>) => void,
): Promise<number> {
  const progress: Progress = { failures: [], isAtEnd: false };
  const { failures } = progress;
  const parser = parserOf(layer, onEntry, progress);
  const excess = layer.tooLarge();
  let size = 0;
  try {
    const [first, bytes] = await peeked(layer.bytes);
    const [magic, tar] = await peeked(decompressed(first, bytes, layer.digest));
    const isTwice = isPacked(magic) && isPacked(first);
    for await (const piece of tar) {
      // The parser would decompress once more, without a limit.
      if (isTwice) throw new Error('it is compressed twice');
      layer.signal?.throwIfAborted();
      size += piece.byteLength;
      if (size > layer.most) throw excess;
      if (!progress.isAtEnd) parser.write(Buffer.from(piece));
      if (failures.length > 0) throw failures[0] as Error;
    }
    parser.end();
    if (failures.length > 0) throw failures[0] as Error;
  } catch (cause) {
    if (cause === excess || cause instanceof Unsupported) throw cause;
    const reason = (cause as Error).message;
    throw new Error(`${layer.digest} cannot be read as a layer: ${reason}`, { cause });
  }
  return size;
}

/** A layer that this version of Node cannot read. */
class Unsupported extends Error {}

interface Progress {
  readonly failures: unknown[];
  /** Whether the parser has seen the end of the tar file. */
  isAtEnd: boolean;
}

/** The parser works synchronously on bytes that are not compressed. */
function parserOf<Content>(
  { readerOf }: LayerSource<Content>,
  onEntry: (entry: LayerEntry<Content>) => void,
  progress: Progress,
): Parser {
  const { failures } = progress;
  const attempt = (work: () => void): void => {
    try {
      if (failures.length === 0) work();
    } catch (error) {
      failures.push(error);
    }
  };
  const onReadEntry = (entry: ReadEntry): void => {
    const reader = readerOf((entry.mode ?? 0) & 0o7777);
    entry.on('data', (piece: Buffer) => attempt(() => reader.write(piece)));
    entry.on('end', () => attempt(() => onEntry(described(entry, reader))));
  };
  const parser = new Parser({ strict: true, onReadEntry });
  parser.on('error', (error: unknown) => failures.push(error));
  // Nothing after the end has a meaning, but each empty block would be parsed.
  parser.on('eof', () => (progress.isAtEnd = true));
  return parser;
}

const FILES: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];

function described<Content>(
  { type, path: given, linkpath = '' }: ReadEntry,
  reader: FileReader<Content>,
): LayerEntry<Content> {
  const path = pathWithin(given);
  if (FILES.includes(type)) return { path, kind: 'file', content: reader.end() };
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

/** Resolves to the first bytes of a source, and to all of them. */
async function peeked(
  source: AsyncIterable<Uint8Array>,
): Promise<readonly [Buffer, AsyncIterable<Uint8Array>]> {
  const chunks = source[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  while (first.byteLength < MAGIC_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield first;
      for (;;) {
        const next = await chunks.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await chunks.return?.();
    }
  }
  return [first, all()];
}

function decompressed(
  first: Buffer,
  bytes: AsyncIterable<Uint8Array>,
  digest: string,
): AsyncIterable<Uint8Array> {
  if (startsWith(first, GZIP)) return gunzipped(bytes);
  if (!startsWith(first, ZSTD)) return bytes;
  if (hasZstd()) return decompressZstd(bytes);
  throw new Unsupported(
    `${digest} is compressed by zstd, which needs Node 22.15 or later; this is ${process.version}`,
  );
}

async function* gunzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // An error of any part ends the iteration below.
  const output = pipeline(bytes, unzip, new PassThrough(), () => undefined);
  try {
    for await (const piece of output) yield piece as Buffer;
  } finally {
    output.destroy();
  }
}

function isPacked(bytes: Buffer): boolean {
  return startsWith(bytes, GZIP) || startsWith(bytes, ZSTD);
}

function startsWith(bytes: Buffer, magic: Buffer): boolean {
  return magic.equals(bytes.subarray(0, magic.byteLength));
}
