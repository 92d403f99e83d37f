import { type ByteRange } from '../../domain/byte-range.js';
import { type OpenBlob } from '../../storage/ports/blob-store.js';
import { type HeldUpload } from '../../storage/ports/upload-store.js';

/** How many bytes at its end nobody gets before the whole content was verified: a wrong blob never looks complete. */
export const HELD_BACK_BYTES = 64 * 1024;

/** How much more must be written before waiting readers go on at once, and how long they wait for less. */
const ENOUGH_BYTES = 256 * 1024;
const SOON_MS = 20;

/** One who reads a blob. */
interface Reader {
  readonly left: AbortController;
  /** Whether it has bytes of this download. */
  hasBytes: boolean;
}

/** A blob that is being downloaded. Its readers follow the upload that grows, or its spool file, each at its own pace. */
export class GrowingBlob {
  private state: 'growing' | 'ending' | 'stored' | 'passed' | 'failed' = 'growing';
  private failure: unknown;
  private change: PromiseWithResolvers<void> = Promise.withResolvers();
  private readonly ended: PromiseWithResolvers<void> = Promise.withResolvers();
  /** How many bytes the readers know of. */
  private given: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    /** The size of the whole blob in bytes. */
    readonly size: number,
    /** What is read while it grows. Without `read`, the blob is read only when it is stored. */
    private readonly source: Pick<HeldUpload, 'read' | 'written'>,
    /** Opens the blob once it is stored. */
    private openOther: () => Promise<OpenBlob | undefined>,
  ) {
    this.given = this.readable;
  }

  /**
   * Lets the readers have what was written since: at once if it is the first or much, else a moment later, because each read costs a
   * file.
   */
  grew(): void {
    if (this.given <= 0 || this.readable - this.given >= ENOUGH_BYTES) this.wake();
    else this.timer ??= setTimeout(() => this.wake(), SOON_MS);
  }

  /** Lets no more reads of the upload begin, because its hold is about to end. */
  ending(): void {
    this.state = 'ending';
    this.given = 0;
  }

  /** Lets the readers have the rest from the storage. */
  stored(): void {
    this.end('stored');
  }

  /**
   * Lets the readers that have no bytes yet have all of them without the storage, which took no more: `open` is called for each. The
   * others end with the error, because nobody verified what they have.
   */
  passedOn(open: () => Promise<OpenBlob | undefined>, failure: unknown): void {
    this.openOther = open;
    this.failure = failure;
    this.end('passed');
  }

  /** Ends all readers with this error. */
  failed(error: unknown): void {
    this.failure = error;
    this.end('failed');
  }

  /** Returns the blob for one reader. */
  open(): OpenBlob {
    const reader: Reader = { left: new AbortController(), hasBytes: false };
    return {
      size: this.size,
      read: (range) => this.read(range, reader),
      leave: () => {
        reader.left.abort();
        this.wake();
      },
      close: () => Promise.resolve(),
    };
  }

  private async *read({ start, end }: ByteRange, reader: Reader): AsyncGenerator<Uint8Array> {
    const left = reader.left.signal;
    let at = start;
    while (at <= end) {
      left.throwIfAborted();
      const { state } = this;
      if (state === 'failed' || (state === 'passed' && reader.hasBytes)) throw this.failure;
      if (state === 'stored' || state === 'passed') {
        yield* this.readOther({ start: at, end }, left);
        return;
      }
      const last = Math.min(end, this.given - 1);
      if (at > last) {
        await this.change.promise;
        continue;
      }
      for await (const piece of this.readGrowing({ start: at, end: last }, left)) {
        at += piece.byteLength;
        reader.hasBytes = true;
        yield piece;
      }
    }
  }

  /** How many bytes can be read while the blob grows. */
  private get readable(): number {
    const { read, written = 0 } = this.source;
    if (read === undefined || this.state === 'ending') return 0;
    return Math.min(written, this.size - HELD_BACK_BYTES);
  }

  /** Yields the bytes of the range, or fewer if the source ends meanwhile. The reader then goes on by what became of the blob. */
  private async *readGrowing(range: ByteRange, left: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      const { source } = this;
      if (source.read !== undefined) yield* source.read(range);
    } catch {
      // A spool file may end long before the download does.
      if (!left.aborted) await Promise.race([this.ended.promise, this.change.promise]);
    }
  }

  private async *readOther(range: ByteRange, left: AbortSignal): AsyncGenerator<Uint8Array> {
    const blob = await this.openOther();
    if (blob === undefined) throw new Error('the blob was removed while it was read');
    left.addEventListener('abort', () => blob.leave?.(), { once: true });
    if (left.aborted) blob.leave?.();
    try {
      yield* blob.read(range);
    } finally {
      await blob.close();
    }
  }

  private end(state: 'stored' | 'passed' | 'failed'): void {
    this.state = state;
    this.ended.resolve();
    this.wake();
  }

  private wake(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.given = this.readable;
    this.change.resolve();
    this.change = Promise.withResolvers();
  }
}
