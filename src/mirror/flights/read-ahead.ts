/** How many bytes are read ahead. */
const MAX_BYTES = 1024 ** 2;

/**
 * Yields the bytes of `source`, and reads on while the caller uses a chunk: what came meanwhile is the next one. So a disk gets few
 * large writes, and a slow source still gives its bytes at once. Chunks of `source` must stay valid.
 *
 * @throws the errors of `source`, after the bytes before them
 */
export async function* readAhead(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = new Reader(source[Symbol.asyncIterator]());
  try {
    for (;;) {
      const chunk = await reader.take();
      if (chunk === undefined) return;
      yield chunk;
    }
  } finally {
    reader.stop();
  }
}

class Reader {
  private readonly waiting: Uint8Array[] = [];
  private bytes = 0;
  private isStopped = false;
  private end: { readonly error?: unknown } | undefined;
  private arrived: PromiseWithResolvers<void> = Promise.withResolvers();
  private taken: PromiseWithResolvers<void> = Promise.withResolvers();

  constructor(private readonly source: AsyncIterator<Uint8Array>) {
    void this.read();
  }

  /** Resolves to what has arrived, or to `undefined` at the end. */
  async take(): Promise<Uint8Array | undefined> {
    while (this.waiting.length === 0) {
      if (this.end !== undefined) {
        if ('error' in this.end) throw this.end.error;
        return undefined;
      }
      await this.arrived.promise;
      this.arrived = Promise.withResolvers();
    }
    const chunks = this.waiting.splice(0);
    this.bytes = 0;
    this.taken.resolve();
    const [only] = chunks;
    return chunks.length === 1 ? only : Buffer.concat(chunks);
  }

  stop(): void {
    this.isStopped = true;
    this.taken.resolve();
    // Not waited for: a source that is silent ends only when its connection is ended.
    this.source.return?.().catch(() => undefined);
  }

  /** Never rejects: `take` throws the error. */
  private async read(): Promise<void> {
    try {
      while (!this.isStopped) {
        const next = await this.source.next();
        if (next.done === true) break;
        this.waiting.push(next.value);
        this.bytes += next.value.byteLength;
        this.arrived.resolve();
        if (this.bytes >= MAX_BYTES) await this.room();
      }
      this.end = {};
    } catch (error) {
      this.end = { error };
    }
    this.arrived.resolve();
  }

  private room(): Promise<void> {
    this.taken = Promise.withResolvers();
    return this.taken.promise;
  }
}
