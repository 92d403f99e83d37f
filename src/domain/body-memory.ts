import { RegistryError } from './errors.js';

/** Bytes of each body that do not count: small bodies are never refused, and a connection itself costs about as much. */
const FREE_BYTES = 64 * 1024;
const BLOCK_BYTES = 64 * 1024;

/**
 * Counts the memory of all bodies that are held whole, and refuses more than `maxBytes` in total.
 *
 * Only received bytes count: a client that announces a large body but sends nothing takes no memory from others.
 */
export class BodyMemory {
  private used = 0;

  /** @param whole what has to have room, too */
  constructor(
    private readonly maxBytes: number,
    private readonly whole?: BodyMemory,
  ) {}

  /** Returns a part of the memory, so that one user does not take all of it. */
  share(maxBytes: number): BodyMemory {
    return new BodyMemory(maxBytes, this);
  }

  /** Checks that a body of `bytes` would fit now, without reserving memory. @throws RegistryError `too-many-requests` */
  requireRoom(bytes: number): void {
    this.check(countedBytes(bytes));
    this.whole?.requireRoom(bytes);
  }

  /** Counts the growth of a body. @throws RegistryError `too-many-requests`; then nothing was counted */
  grow(from: number, to: number): void {
    const more = countedBytes(to) - countedBytes(from);
    this.check(more);
    this.whole?.grow(from, to);
    this.used += more;
  }

  release(bytes: number): void {
    this.used -= countedBytes(bytes);
    this.whole?.release(bytes);
  }

  private check(more: number): void {
    if (more === 0 || this.used + more <= this.maxBytes) return;
    throw new RegistryError('too-many-requests', 'too many large bodies at once', {
      retryAfter: 1,
    });
  }
}

/** The size limit of one body that is held whole, and the memory limit of all such bodies together. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly memory: BodyMemory;
}

/**
 * The received part of a body, stored in blocks. Chunks may be tiny, and one object for each would cost more than its bytes.
 */
export class HeldBody {
  private readonly blocks: Buffer[] = [];
  /** The unused rest of the last block. */
  private freePart = Buffer.alloc(0);
  private allocated = 0;

  constructor(
    /** The largest possible size. A small body gets no more memory than it needs. */
    private readonly maxBytes: number,
    private readonly memory: BodyMemory,
  ) {}

  /** The number of bytes received. */
  get size(): number {
    return this.allocated - this.freePart.byteLength;
  }

  /** Appends a copy of `chunk`. @throws RegistryError `too-many-requests` */
  append(chunk: Uint8Array): void {
    for (let rest = chunk; rest.byteLength > 0;) {
      if (this.freePart.byteLength === 0) this.addBlock();
      const part = rest.subarray(0, this.freePart.byteLength);
      this.freePart.set(part);
      this.freePart = this.freePart.subarray(part.byteLength);
      rest = rest.subarray(part.byteLength);
    }
  }

  /** Returns all bytes received. */
  whole(): Buffer {
    const [only, ...others] = this.blocks;
    const fits = only !== undefined && others.length === 0 && this.freePart.byteLength === 0;
    return fits ? only : Buffer.concat(this.blocks, this.size);
  }

  /** Stops counting the memory. Call it once, when the bytes are no longer needed. */
  release(): void {
    this.memory.release(this.allocated);
  }

  private addBlock(): void {
    const bytes = Math.min(BLOCK_BYTES, this.maxBytes);
    this.memory.grow(this.allocated, this.allocated + bytes);
    this.freePart = Buffer.allocUnsafeSlow(bytes);
    this.blocks.push(this.freePart);
    this.allocated += bytes;
  }
}

function countedBytes(bytes: number): number {
  return Math.max(0, bytes - FREE_BYTES);
}
