import { open, unlink, type FileHandle } from 'node:fs/promises';

import { rangeLength, type ByteRange } from '../../domain/byte-range.js';
import { ignoreNotFound } from '../../files/errors.js';
import { writeAll } from '../../files/write-all.js';
import { type HeldUpload } from '../../storage/ports/upload-store.js';

/** How many bytes are read at once for a client. */
const PIECE_BYTES = 256 * 1024;

/** What is done when a spool file fails, and when it is closed. */
export interface SpoolFileParts {
  /** Called once if the file takes no more bytes. */
  readonly onFailure: (error: unknown) => void;
  readonly onClose: () => void;
}

/**
 * The first bytes of a running download, in a file without a name. It is read as an upload is, and ends without a trace: the system
 * deletes it when it is closed, or when the process ends, however that happens.
 */
export class SpoolFile implements Required<Pick<HeldUpload, 'read' | 'written'>> {
  private handle: FileHandle | undefined;
  private position = 0;
  private isClosed = false;

  /** @param bytes how many bytes the file has at most */
  constructor(
    readonly bytes: number,
    private readonly parts: SpoolFileParts,
  ) {}

  /** Makes the file, whose name is `path` for a moment. @throws the errors of the file system */
  async open(path: string, openAt = openNameless): Promise<void> {
    this.handle = await openAt(path);
  }

  /** How many bytes can be read: none once the file has failed or is closed. */
  get written(): number {
    return this.handle === undefined ? 0 : this.position;
  }

  /** How many bytes are still to come at most. */
  get missing(): number {
    return this.bytes - this.position;
  }

  /** Passes on the chunks of `source` and writes them meanwhile. If the file fails, it still passes them on. */
  async *keeping(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      const writing = this.write(chunk);
      yield chunk;
      await writing;
    }
  }

  /**
   * Yields bytes that were written so far.
   *
   * @returns chunks that are valid only until the next one is requested
   * @throws RangeError for a range beyond `written`, and an error if the file is closed during the read
   */
  async *read(range: ByteRange): AsyncGenerator<Buffer> {
    const { start, end } = range;
    if (end >= this.written) throw new RangeError(`only ${this.written} bytes are written`);
    const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, rangeLength(range)));
    for (let at = start; at <= end;) {
      const length = Math.min(buffer.byteLength, end + 1 - at);
      const bytesRead = (await this.handle?.read(buffer, 0, length, at))?.bytesRead ?? 0;
      if (bytesRead === 0) throw new Error('the spool file was closed');
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  /** Deletes the bytes. Running reads fail. Never rejects. */
  async close(): Promise<void> {
    const { handle, isClosed } = this;
    this.handle = undefined;
    this.isClosed = true;
    await handle?.close().catch(() => undefined);
    if (!isClosed) this.parts.onClose();
  }

  /** Writes a chunk, or the part of it that may be kept. Never rejects. */
  private async write(chunk: Uint8Array): Promise<void> {
    const { handle } = this;
    if (handle === undefined) return;
    try {
      const kept = chunk.subarray(0, this.missing);
      await writeAll(handle, kept, this.position);
      this.position += kept.byteLength;
    } catch (error) {
      // Nobody writes to a file that was closed meanwhile.
      if (this.handle === undefined) return;
      this.parts.onFailure(error);
      await this.close();
    }
  }
}

/** Makes a file that only this user can read, and takes its name away. @throws the errors of the file system */
export async function openNameless(path: string): Promise<FileHandle> {
  const handle = await open(path, 'wx+', 0o600);
  try {
    await unlink(path).catch(ignoreNotFound);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
