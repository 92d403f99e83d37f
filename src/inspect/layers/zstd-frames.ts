import * as zlib from 'node:zlib';

/** How many bytes of output are made at a time. */
const CHUNK_BYTES = 128 * 1024;

/** Returns whether this Node can decompress zstd. Node 22.15 and later can. */
export function hasZstd(): boolean {
  return 'createZstdDecompress' in zlib;
}

/**
 * Decompresses all frames of zstd. Node itself stops after the first one, but some tools write many, so that parts of a layer can be
 * pulled.
 *
 * @param source chunks that stay valid
 * @throws Error of zlib for bytes that are not zstd, or that end within a frame
 */
export async function* decompressZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const input = new Input(source);
  try {
    while (!(await input.isAtEnd())) yield* decompressFrame(input);
  } finally {
    await input.close();
  }
}

/** Chunks of which a frame may take only the beginning. */
class Input {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private left: Uint8Array | undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /** Resolves to the next chunk that is not empty, or to `undefined` at the end. */
  async next(): Promise<Uint8Array | undefined> {
    const { left } = this;
    this.left = undefined;
    if (left !== undefined && left.byteLength > 0) return left;
    for (;;) {
      const next = await this.chunks.next();
      if (next.done === true) return undefined;
      if (next.value.byteLength > 0) return next.value;
    }
  }

  /** Returns bytes that were not used. */
  giveBack(bytes: Uint8Array): void {
    this.left = bytes;
  }

  async isAtEnd(): Promise<boolean> {
    this.left = await this.next();
    return this.left === undefined;
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}

async function* decompressFrame(input: Input): AsyncGenerator<Buffer> {
  const frame = zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES });
  const writing = writeFrame(frame, input).catch((error: unknown) => {
    frame.destroy(error as Error);
  });
  try {
    for await (const piece of frame) yield piece as Buffer;
  } finally {
    frame.destroy();
    await writing;
  }
}

/** Writes chunks until the frame ends. If it ends with a chunk, zlib continues with the next frame by itself. */
async function writeFrame(frame: zlib.ZstdDecompress, input: Input): Promise<void> {
  let before = 0;
  for (;;) {
    const chunk = await input.next();
    if (chunk === undefined) return void frame.end();
    await written(frame, chunk);
    const used = frame.bytesWritten - before;
    if (used < chunk.byteLength) return input.giveBack(chunk.subarray(used));
    before += used;
  }
}

/** Resolves once the frame has used the chunk, or has ended. */
function written(frame: zlib.ZstdDecompress, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      frame.off('close', done);
      resolve();
    };
    frame.once('close', done);
    frame.write(chunk, done);
  });
}
