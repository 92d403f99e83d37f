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

  /** Removes and returns the first `size` bytes. */
  take(size: number): Buffer {
    const whole = Buffer.concat(this.blocks);
    const rest = whole.subarray(size);
    this.blocks = rest.byteLength > 0 ? [rest] : [];
    this.bytes = rest.byteLength;
    return whole.subarray(0, size);
  }

  /** Removes and returns all bytes. */
  takeAll(): Buffer {
    return this.take(this.bytes);
  }
}
