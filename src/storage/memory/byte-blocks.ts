import { type ByteRange } from '../../domain/byte-range.js';

const SMALLEST_BLOCK = 1024;
const LARGEST_BLOCK = 256 * 1024;

interface Block {
  /** The position of the block's first byte in the whole. */
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A growing sequence of bytes in blocks. Growing does not copy existing bytes, and small chunks share a block. */
export class ByteBlocks {
  private blocks: Block[] = [];
  /** The free part of the last block. */
  private room = new Uint8Array(0);
  private length = 0;

  get size(): number {
    return this.length;
  }

  /** Appends a copy of `chunk`. */
  append(chunk: Uint8Array): void {
    for (let rest = chunk; rest.byteLength > 0;) {
      if (this.room.byteLength === 0) this.grow(rest.byteLength);
      const part = rest.subarray(0, this.room.byteLength);
      this.room.set(part);
      this.room = this.room.subarray(part.byteLength);
      this.length += part.byteLength;
      rest = rest.subarray(part.byteLength);
    }
  }

  /** Appends all bytes of `other` without copying them. `other` is empty afterwards. */
  adopt(other: ByteBlocks): void {
    this.trim();
    other.trim();
    for (const { bytes } of other.blocks) {
      this.blocks.push({ start: this.length, bytes });
      this.length += bytes.byteLength;
    }
    other.clear();
  }

  clear(): void {
    this.blocks = [];
    this.room = new Uint8Array(0);
    this.length = 0;
  }

  /** Yields the bytes of `range` in parts, which callers must not change. @throws RangeError if `range` goes beyond the end */
  *read({ start, end }: ByteRange): Generator<Uint8Array, void, undefined> {
    if (end >= this.length) throw new RangeError(`only ${this.length} bytes exist`);
    for (const block of this.blocks.slice(this.indexOfBlockAt(start))) {
      if (block.start > end) return;
      yield block.bytes.subarray(Math.max(start - block.start, 0), end + 1 - block.start);
    }
  }

  private grow(wanted: number): void {
    const size = Math.min(Math.max(wanted, this.length, SMALLEST_BLOCK), LARGEST_BLOCK);
    this.room = new Uint8Array(size);
    this.blocks.push({ start: this.length, bytes: this.room });
  }

  /** Frees the unused memory of the last block. */
  private trim(): void {
    const free = this.room.byteLength;
    const last = free === 0 ? undefined : this.blocks.pop();
    if (last === undefined) return;
    this.blocks.push({ start: last.start, bytes: last.bytes.slice(0, -free) });
    this.room = new Uint8Array(0);
  }

  /** Finds a block by bisection, because content of some GiB has many thousand blocks. */
  private indexOfBlockAt(position: number): number {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.blocks[middle]?.start ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
