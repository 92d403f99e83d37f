import { open, type FileHandle } from 'node:fs/promises';

import { rangeLength, type ByteRange } from '../../domain/byte-range.js';
import { type OpenBlob } from '../ports/blob-store.js';
import { absentIfMissing } from './fs-errors.js';
import { type ReadBuffers } from './read-buffers.js';

/** Opens a stored file for reading, or answers `undefined` when it is not there. */
export async function openFile(path: string, buffers: ReadBuffers): Promise<OpenBlob | undefined> {
  const handle = await open(path, 'r').catch(absentIfMissing);
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    return new OpenFile(handle, size, buffers);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class OpenFile implements OpenBlob {
  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
    private readonly buffers: ReadBuffers,
  ) {}

  /** Reads the next piece from the disk while the reader is busy with the last one, in two buffers by turns. */
  async *read(range: ByteRange): AsyncIterable<Uint8Array> {
    const total = rangeLength(range);
    const turns = [this.buffers.take(total), this.buffers.take(total)] as const;
    let ahead = this.fill(turns[0], range.start, total);
    try {
      for (let given = 0, turn = 1; given < total; turn = 1 - turn) {
        const chunk = await ahead;
        given += chunk.byteLength;
        if (given < total) {
          ahead = this.fill(turns[turn === 0 ? 0 : 1], range.start + given, total - given);
          // Awaited by the next turn; a reader that leaves before must not make its failure an unhandled one.
          ahead.catch(() => undefined);
        }
        yield chunk;
      }
    } finally {
      await ahead.catch(() => undefined);
      turns.forEach((buffer) => this.buffers.give(buffer));
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async fill(buffer: Buffer, position: number, wanted: number): Promise<Uint8Array> {
    const length = Math.min(buffer.byteLength, wanted);
    const { bytesRead } = await this.handle.read(buffer, 0, length, position);
    if (bytesRead === 0) throw new Error('a file ended before its size');
    return buffer.subarray(0, bytesRead);
  }
}
