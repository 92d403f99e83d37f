import { open, type FileHandle } from 'node:fs/promises';

import { parseEvent, type RegistryEvent } from '../../../domain/registry-event.js';
import { ignoreNotFound } from '../../../files/errors.js';
import { segmentPath, segmentsIn, type WriterPosition } from './event-segments.js';

/** How many bytes are read at a time. A longer line is not an event. */
const CHUNK_BYTES = 64 * 1024;

const NEWLINE = 0x0a;

interface Line {
  readonly event: RegistryEvent | undefined;
  /** The offset after the line. */
  readonly end: number;
}

/** Reads the events of one writer in order. Takes at most one chunk of memory, however many events there are. */
export class WriterReader {
  /** Whether events after the given position are no longer kept. */
  missed = false;
  private lines: Line[] = [];
  private index = 0;
  private segments: readonly number[] | undefined;

  /** @param position where to begin; the oldest event if absent */
  constructor(
    private readonly directory: string,
    private position?: WriterPosition,
  ) {}

  /** The position after the events that were taken, or `undefined` if the writer has none. */
  get place(): WriterPosition | undefined {
    return this.position;
  }

  /** The path of the segment that is read, if the writer has one. */
  get currentSegment(): string | undefined {
    return this.position && segmentPath(this.directory, this.position.segment);
  }

  /** Resolves to the next event, or to `undefined` after the last one. */
  async peek(): Promise<RegistryEvent | undefined> {
    for (;;) {
      for (; this.index < this.lines.length; this.index++) {
        const line = this.lines[this.index];
        if (line?.event !== undefined) return line.event;
        // A line that is not an event was cut by a full disk or a power cut.
        if (line !== undefined) this.moveTo(line.end);
      }
      if (!(await this.fill())) return undefined;
    }
  }

  /** Moves behind the event that `peek` returned. */
  take(): void {
    const line = this.lines[this.index++];
    if (line !== undefined) this.moveTo(line.end, line.event?.data.sequence);
  }

  /** Reads the next lines. Resolves to whether there are some. */
  private async fill(): Promise<boolean> {
    this.segments ??= await this.begin();
    for (;;) {
      const { position } = this;
      if (position === undefined) return false;
      const bytes = await readChunk(segmentPath(this.directory, position.segment), position.offset);
      [this.lines, this.index] = [linesOf(bytes, position.offset), 0];
      if (this.lines.length > 0) return true;
      if (bytes.byteLength === CHUNK_BYTES) {
        this.moveTo(position.offset + CHUNK_BYTES);
        continue;
      }
      // The writer of an incomplete last line may be about to complete it, unless it has begun another segment.
      const next = this.segments.find((segment) => segment > position.segment);
      if (next === undefined) return false;
      this.position = { ...position, segment: next, offset: 0 };
    }
  }

  /** Resolves to the segments, and corrects the position if its segment was dropped. */
  private async begin(): Promise<readonly number[]> {
    const segments = await segmentsIn(this.directory);
    const { position } = this;
    if (position !== undefined && segments.includes(position.segment)) return segments;
    const next = segments.find((segment) => segment > (position?.segment ?? 0));
    if (next === undefined) return segments;
    const sequence = position?.sequence ?? next - 1;
    this.missed = position !== undefined && next > position.sequence + 1;
    this.position = { segment: next, offset: 0, sequence };
    return segments;
  }

  private moveTo(offset: number, sequence = this.position?.sequence ?? 0): void {
    if (this.position !== undefined) this.position = { ...this.position, offset, sequence };
  }
}

/** Reads up to one chunk from `offset` on. Resolves to no bytes if the file does not exist. */
async function readChunk(path: string, offset: number): Promise<Buffer> {
  const file = await open(path).catch(ignoreNotFound);
  if (file === undefined) return Buffer.alloc(0);
  try {
    return await readFully(file, offset);
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, offset: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, offset);
  return buffer.subarray(0, bytesRead);
}

/** Returns the complete lines of `bytes`, which begin at `offset`. */
function linesOf(bytes: Buffer, offset: number): Line[] {
  const lines: Line[] = [];
  for (let start = 0; ;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) return lines;
    lines.push({ event: parseEvent(bytes.toString('utf8', start, end)), end: offset + end + 1 });
    start = end + 1;
  }
}
