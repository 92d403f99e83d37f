import { type Hash } from 'node:crypto';
import { type FileHandle } from 'node:fs/promises';

import { type ByteRange } from '../../domain/byte-range.js';
import { Digest, newHash, type DigestAlgorithm } from '../../domain/digest.js';
import { writeAll } from '../../files/write-all.js';
import { type Durability } from './disk/durability.js';
import { type FreeSpace } from './disk/free-space.js';

/** After how many written bytes a sync of the disk starts while more bytes arrive. */
const FORCE_EVERY_BYTES = 16 * 1024 * 1024;
/** How many bytes of a file are read at once to hash it. */
const READ_BYTES = 1024 * 1024;

/** A staged file whose bytes are durable and were verified against this digest. */
export interface StagedBlob {
  readonly path: string;
  readonly digest: Digest;
}

/** The result of a write: the end position, and the error of the source if it threw. */
export interface WrittenBytes {
  /** The position after the last byte. */
  readonly position: number;
  readonly cut?: { readonly error: unknown };
}

/** Writes `source` with `writer`. An error of `source` is returned as `cut`, after its bytes were written. @throws if a write fails */
export async function writeFrom(
  source: AsyncIterable<Uint8Array>,
  writer: StagedWriter,
): Promise<WrittenBytes> {
  try {
    for await (const chunk of markErrors(source)) await writer.write(chunk);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { position: writer.position, cut: { error: error.cause } };
  }
  return { position: writer.position };
}

/** Passes on `source` and wraps its errors in `SourceError`, to distinguish them from errors of writing. */
async function* markErrors(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    throw new SourceError('the source ended early', { cause });
  }
}

class SourceError extends Error {}

/** The file of a `StagedWriter`, and the parts of the storage that it needs. */
export interface WriterParts {
  /** Resolves to the open file. It is called for each chunk. */
  readonly file: () => Promise<FileHandle>;
  /** The running hash of the file, if it is known. */
  readonly hash: Hash | undefined;
  readonly durability: Durability;
  readonly space: FreeSpace;
}

/** Writes chunks to a file from `position` on, and updates its hash at the same time. */
export class StagedWriter {
  private unforced = 0;
  private forced: Promise<void> = Promise.resolve();
  private broken = false;

  /** @param position where the first chunk is written; afterwards the position after the last byte */
  constructor(
    private readonly parts: WriterParts,
    public position: number,
  ) {}

  async write(chunk: Uint8Array): Promise<void> {
    // Throws the error of the sync, so that the rest of a large layer is not written to a broken disk.
    if (this.broken) await this.forced;
    await this.parts.space.require(chunk.byteLength);
    const writing = writeAll(await this.parts.file(), chunk, this.position);
    // The hash is computed on this thread while another thread writes.
    this.parts.hash?.update(chunk);
    await writing;
    this.position += chunk.byteLength;
    this.unforced += chunk.byteLength;
    if (this.unforced >= FORCE_EVERY_BYTES) this.forceMeanwhile();
  }

  /** Makes all written bytes durable. */
  async force(): Promise<void> {
    await this.forced;
    await this.sync();
  }

  private async sync(): Promise<void> {
    await this.parts.durability.syncFile(await this.parts.file());
  }

  /** Starts a sync of the written bytes while more arrive, so that the last sync is short. */
  private forceMeanwhile(): void {
    this.unforced = 0;
    this.forced = this.forced.then(() => this.sync());
    this.forced.catch(() => (this.broken = true));
  }
}

/** Resolves to the digest of the first `length` bytes of `file`, or of all of them if it is shorter. */
export async function digestOfFile(
  file: FileHandle,
  length: number,
  algorithm: DigestAlgorithm,
): Promise<Digest> {
  const hash = newHash(algorithm);
  const range = { start: 0, end: length - 1 };
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, length));
  for await (const piece of piecesOf(file, range, buffer)) hash.update(piece);
  return Digest.fromHash(algorithm, hash);
}

/** Yields the bytes of `range` up to the end of the file. Each piece is in `buffer`, and so valid until the next one. */
export async function* piecesOf(
  file: FileHandle,
  range: ByteRange,
  buffer: Buffer,
): AsyncGenerator<Buffer> {
  for (let position = range.start; position <= range.end;) {
    const wanted = Math.min(buffer.byteLength, range.end + 1 - position);
    const { bytesRead } = await file.read(buffer, 0, wanted, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
