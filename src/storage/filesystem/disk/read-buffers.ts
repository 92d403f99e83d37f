/** If more downloads than this run at once, further ones read in small pieces, so that memory stays bounded. */
const LARGE_READERS = 32;
/** A buffer of this size and the copy that the connection makes of it fit into a processor's cache. */
const LARGE_BYTES = 256 * 1024;
const SMALL_BYTES = 64 * 1024;
/** How many large buffers are kept: all that are lent at once. The clients of a download that runs take theirs many times a second. */
const MAX_POOLED = LARGE_READERS;

/** The buffers of downloads: large pooled ones for a few downloads, and small ones if there are many. */
export class ReadBuffers {
  private readonly pool: Buffer[] = [];
  private lent = 0;

  /** Returns a buffer for reading `wanted` bytes, or for a part of them. The caller must return it with `give`. */
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
