/** The size of the first block, which grows: most uploads are small. In bytes. */
const FIRST_BYTES = 64 * 1024;

/** Gathers chunks of any size in blocks that become parts as they are, so that each byte is copied once. */
export class PartBuffer {
  private readonly full: Buffer[] = [];
  private block = Buffer.alloc(0);
  /** The bytes of the last block that are used. */
  private filled = 0;
  private bytes = 0;

  get size(): number {
    return this.bytes;
  }

  /** Copies the chunk, whose memory may be used again. @param partBytes the size of the next parts */
  push(chunk: Uint8Array, partBytes: number): void {
    for (let from = 0; from < chunk.byteLength;) {
      if (this.filled === this.block.byteLength) this.makeRoom(partBytes);
      const some = chunk.subarray(from, from + this.block.byteLength - this.filled);
      this.block.set(some, this.filled);
      this.filled += some.byteLength;
      from += some.byteLength;
    }
    this.bytes += chunk.byteLength;
  }

  /** Removes and returns a part, if at least `left` bytes come after it. */
  takePart(left: number): Buffer | undefined {
    const [part] = this.full;
    if (part === undefined || this.bytes - part.byteLength < left) return undefined;
    this.full.shift();
    this.bytes -= part.byteLength;
    return part;
  }

  /** Removes and returns all bytes. */
  takeAll(): Buffer {
    const last = this.block.subarray(0, this.filled);
    const all = this.full.length === 0 ? last : Buffer.concat([...this.full, last]);
    this.full.length = 0;
    this.block = Buffer.alloc(0);
    this.filled = 0;
    this.bytes = 0;
    return all;
  }

  /** Enlarges the last block up to the size of a part, or begins another one. */
  private makeRoom(partBytes: number): void {
    const { block } = this;
    if (block.byteLength < partBytes && this.full.length === 0) {
      const size = Math.min(partBytes, Math.max(FIRST_BYTES, 2 * block.byteLength));
      this.block = Buffer.allocUnsafeSlow(size);
      this.block.set(block);
      return;
    }
    this.full.push(block);
    this.block = Buffer.allocUnsafeSlow(partBytes);
    this.filled = 0;
  }
}
