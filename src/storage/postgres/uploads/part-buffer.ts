/** Gathers chunks of any size until they make a part. */
export class PartBuffer {
  private blocks: Buffer[] = [];
  private bytes = 0;

  get size(): number {
    return this.bytes;
  }

  /** Copies the chunk, whose memory may be used again. */
  push(chunk: Uint8Array): void {
    this.blocks.push(Buffer.from(chunk));
    this.bytes += chunk.byteLength;
  }

  /** Removes and returns the first `size` bytes, or all if there are fewer. The bytes after them are not copied. */
  take(size: number): Buffer {
    const taken: Buffer[] = [];
    let missing = Math.min(size, this.bytes);
    this.bytes -= missing;
    while (missing > 0) {
      const block = this.blocks.shift() ?? Buffer.alloc(0);
      const first = block.subarray(0, missing);
      taken.push(first);
      missing -= first.byteLength;
      if (first.byteLength < block.byteLength)
        this.blocks.unshift(block.subarray(first.byteLength));
    }
    return Buffer.concat(taken);
  }

  /** Removes and returns all bytes. */
  takeAll(): Buffer {
    return this.take(this.bytes);
  }
}
