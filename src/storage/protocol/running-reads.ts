import { rangeLength, type ByteRange } from '../../domain/byte-range.js';

interface RunningRead {
  readonly end: number;
  isLost: boolean;
}

/** The running reads of an upload that still grows. A read fails if its bytes are lost. */
export class RunningReads {
  private readonly running = new Set<RunningRead>();

  /** Passes on `pieces`, which are the bytes of `range`. @throws Error if some of them are lost or missing */
  async *follow(range: ByteRange, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const read = { end: range.end, isLost: false };
    this.running.add(read);
    try {
      let missing = rangeLength(range);
      for await (const piece of pieces) {
        // The check comes after the read, because other bytes may have been written during it.
        requireKept(read);
        missing -= piece.byteLength;
        yield piece;
      }
      requireKept(read);
      if (missing > 0) throw new Error('the upload is shorter than the requested range');
    } finally {
      this.running.delete(read);
    }
  }

  /** Makes all reads beyond `offset` fail. The bytes after it are lost. */
  lose(offset: number): void {
    for (const read of this.running) if (read.end >= offset) read.isLost = true;
  }
}

function requireKept({ isLost }: RunningRead): void {
  if (isLost) throw new Error('the append failed and its bytes are lost');
}
