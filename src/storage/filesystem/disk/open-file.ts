import { readSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { rangeLength, type ByteRange } from '../../../domain/byte-range.js';
import { type OpenBlob } from '../../ports/blob-store.js';
import { ignoreNotFound } from '../../../files/errors.js';
import { nextTurn } from '../../protocol/yield-every.js';
import { type ReadBuffers } from './read-buffers.js';

/** Opens a stored file of `size` bytes for reading, or resolves to `undefined` if it does not exist. */
export async function openFile(
  path: string,
  size: number,
  buffers: ReadBuffers,
): Promise<OpenBlob | undefined> {
  const handle = await open(path, 'r').catch(ignoreNotFound);
  return handle && new OpenFile(handle, size, buffers);
}

/** A read that took longer than this had to wait for the disk. In milliseconds. */
const CACHED_WITHIN_MS = 1;
/** How many pieces the thread pool reads after such a read. */
const UNCACHED_PIECES = 32;

class OpenFile implements OpenBlob {
  private uncached = 0;

  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
    private readonly buffers: ReadBuffers,
  ) {}

  /** Yields the bytes of `range`. Other work can run between two pieces. */
  async *read(range: ByteRange): AsyncIterable<Uint8Array> {
    const total = rangeLength(range);
    const buffer = this.buffers.take(total);
    try {
      for (let given = 0; given < total;) {
        const length = Math.min(buffer.byteLength, total - given);
        const bytesRead = await this.fill(buffer, length, range.start + given);
        if (bytesRead === 0) throw new Error('the file is shorter than expected');
        given += bytesRead;
        yield buffer.subarray(0, bytesRead);
        await nextTurn();
      }
    } finally {
      this.buffers.give(buffer);
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  /**
   * Reads on this thread as long as the bytes come from the kernel's cache, as most do. A read on another thread costs twice as
   * much, because its bytes are in another processor's cache.
   */
  private async fill(buffer: Buffer, length: number, position: number): Promise<number> {
    if (this.uncached > 0) {
      this.uncached--;
      return (await this.handle.read(buffer, 0, length, position)).bytesRead;
    }
    // Only the duration of a read shows whether it waited for the disk.
    const begin = performance.now();
    const bytesRead = readSync(this.handle.fd, buffer, 0, length, position);
    if (performance.now() - begin > CACHED_WITHIN_MS) this.uncached = UNCACHED_PIECES;
    return bytesRead;
  }
}
