import { type Hash } from 'node:crypto';
import { type FileHandle } from 'node:fs/promises';

import { Digest, newHash, type DigestAlgorithm } from '../../domain/digest.js';
import { type FreeSpace } from './free-space.js';

/** Bytes are gathered up to this many before they go to the file in one call. */
const BATCH_BYTES = 1024 * 1024;

/** A staged file whose bytes are known to have this digest, and are durable. */
export interface StagedBlob {
  readonly path: string;
  readonly digest: Digest;
}

/** How far the writing came, and, when the source threw before its end, what it threw. */
export interface WrittenBytes {
  /** The position behind the last byte. */
  readonly position: number;
  readonly cut?: { readonly error: unknown };
}

/**
 * Writes `source` by `writer`, and into `hash`.
 *
 * One batch is on its way to the file while the next is gathered and hashed. When `source` throws, what it gave before is
 * written all the same; a failed write is thrown.
 */
export async function writeFrom(
  source: AsyncIterable<Uint8Array>,
  writer: BatchWriter,
  hash: Hash | undefined,
): Promise<WrittenBytes> {
  try {
    for await (const chunk of markErrors(source)) {
      hash?.update(chunk);
      await writer.add(chunk);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { position: await writer.end(), cut: { error: error.cause } };
  }
  return { position: await writer.end() };
}

/** Tells the errors of reading `source` from those of writing what it gave. */
async function* markErrors(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    throw new SourceError('the source ended early', { cause });
  }
}

class SourceError extends Error {}

/** Gathers chunks and writes them in few calls, at a position and behind. */
export class BatchWriter {
  private batch: Uint8Array[] = [];
  private batched = 0;
  private writing: Promise<void> = Promise.resolve();
  private flushedAt = performance.now();

  constructor(
    private readonly file: FileHandle,
    private position: number,
    private readonly space: FreeSpace,
    private readonly flushAfterMs: number,
  ) {}

  async add(chunk: Uint8Array): Promise<void> {
    this.batch.push(chunk);
    this.batched += chunk.byteLength;
    const late = performance.now() - this.flushedAt > this.flushAfterMs;
    if (late || this.batched >= BATCH_BYTES) await this.flush();
  }

  async end(): Promise<number> {
    await this.flush();
    await this.writing;
    return this.position;
  }

  private async flush(): Promise<void> {
    await this.writing;
    if (this.batched === 0) return;
    await this.space.require(this.batched);
    this.writing = writeAll(this.file, this.batch, this.position);
    // Awaited by the next flush; without a handler here a failure before that would count as unhandled.
    this.writing.catch(() => undefined);
    this.position += this.batched;
    this.batch = [];
    this.batched = 0;
    this.flushedAt = performance.now();
  }
}

async function writeAll(file: FileHandle, chunks: Uint8Array[], position: number): Promise<void> {
  const total = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  let { bytesWritten } = await file.writev(chunks, position);
  if (bytesWritten === total) return;
  // A short write: the rest goes as one piece, and a full disk answers with its error.
  const rest = Buffer.concat(chunks);
  while (bytesWritten < total) {
    const written = await file.write(
      rest,
      bytesWritten,
      total - bytesWritten,
      position + bytesWritten,
    );
    bytesWritten += written.bytesWritten;
  }
}

/** The digest of the first `length` bytes of `file`, by `algorithm`. */
export async function digestOfFile(
  file: FileHandle,
  length: number,
  algorithm: DigestAlgorithm,
): Promise<Digest> {
  const hash = newHash(algorithm);
  const buffer = Buffer.allocUnsafe(Math.min(BATCH_BYTES, Math.max(length, 1)));
  for (let position = 0; position < length;) {
    const wanted = Math.min(buffer.byteLength, length - position);
    const { bytesRead } = await file.read(buffer, 0, wanted, position);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return Digest.fromHash(algorithm, hash);
}
