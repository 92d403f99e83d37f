/** Downloads above this many at a time read in small pieces, so that memory stays bounded. */
const LARGE_READERS = 32;
/** With the copy that the connection makes of it, this fits into a processor's own cache. */
const LARGE_BYTES = 256 * 1024;
const SMALL_BYTES = 64 * 1024;
/** How many large buffers are kept for the next download. */
const MAX_POOLED = 16;

/** The memory that downloads read into: large buffers, used again, while there are few; small ones when there are many. */
export class ReadBuffers {
  private readonly pool: Buffer[] = [];
  private lent = 0;

  /** A buffer for reading `wanted` bytes or a part of them; it goes back by `give`. */
  take(wanted: number): Buffer {
    this.lent++;
    if (wanted <= SMALL_BYTES) return Buffer.allocUnsafeSlow(wanted);
    if (this.lent > LARGE_READERS) return Buffer.allocUnsafeSlow(SMALL_BYTES);
    return this.pool.pop() ?? Buffer.allocUnsafeSlow(LARGE_BYTES);
  }

  give(buffer: Buffer): void {
    this.lent--;
    if (buffer.byteLength === LARGE_BYTES && this.pool.length < MAX_POOLED) this.pool.push(buffer);
  }
}
