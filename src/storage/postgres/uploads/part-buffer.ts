/** The size of the first block, which grows twofold up to a limit, and then to that of a part: most uploads are small. In bytes. */
const FIRST_BYTES = 64 * 1024;
const SMALL_BYTES = 1024 ** 2;

/** Gathers chunks of any size in blocks that become parts as they are, so that each byte is copied once. */
export class PartBuffer {
  private readonly full: Buffer[] = [];
  /** The memory of parts that are no longer needed. New memory costs page faults and collections of garbage. */
  private readonly spare: Buffer[] = [];
  private block: Buffer = Buffer.alloc(0);
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

  /** Takes back a part, whose memory is used again. */
  giveBack(part: Buffer): void {
    this.spare.push(part);
  }

  /** Removes and returns all bytes. */
  takeAll(): Buffer {
    const blocks = [...this.full, this.block.subarray(0, this.filled)].filter(isFilled);
    const [first = Buffer.alloc(0)] = blocks;
    const all = blocks.length > 1 ? Buffer.concat(blocks) : first;
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
      this.block = this.newBlock(largerThan(block.byteLength, partBytes));
      this.block.set(block);
      return;
    }
    this.full.push(block);
    this.block = this.newBlock(partBytes);
    this.filled = 0;
  }

  private newBlock(bytes: number): Buffer {
    const spare = this.spare.pop();
    return spare?.byteLength === bytes ? spare : Buffer.allocUnsafeSlow(bytes);
  }
}

function largerThan(bytes: number, partBytes: number): number {
  return bytes < SMALL_BYTES ? Math.min(partBytes, Math.max(FIRST_BYTES, 2 * bytes)) : partBytes;
}

function isFilled({ byteLength }: Buffer): boolean {
  return byteLength > 0;
}
