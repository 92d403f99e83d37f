import { rangeLength, type ByteRange } from '../../domain/byte-range.js';

interface RunningRead {
  readonly end: number;
  isLost: boolean;
}

/** The running reads of an upload that still grows. They fail if the bytes that they read are lost. */
export class RunningReads {
  private readonly running = new Set<RunningRead>();

  /** Passes on `pieces`, the bytes of `range`. @throws Error when some of them are lost or missing */
  async *follow(range: ByteRange, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const read = { end: range.end, isLost: false };
    this.running.add(read);
    try {
      let missing = rangeLength(range);
      for await (const piece of pieces) {
        // After the read, since other bytes may have been written during it.
        requireKept(read);
        missing -= piece.byteLength;
        yield piece;
      }
      requireKept(read);
      if (missing > 0) throw new Error('an upload ended before its size');
    } finally {
      this.running.delete(read);
    }
  }

  /** Fails the reads that go beyond `offset`, where the bytes end that were kept. */
  lose(offset: number): void {
    for (const read of this.running) if (read.end >= offset) read.isLost = true;
  }
}

function requireKept({ isLost }: RunningRead): void {
  if (isLost) throw new Error('the append failed whose bytes were read');
}
