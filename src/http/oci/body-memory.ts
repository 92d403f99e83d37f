import { RegistryError } from '../../domain/errors.js';

/** What every body has for nothing, in bytes: small ones are never refused, and a connection costs about as much anyway. */
const FREE_BYTES = 64 * 1024;
const BLOCK_BYTES = 64 * 1024;

/**
 * Counts the memory of bodies that are held whole, all together, and refuses what would go beyond `maxBytes`.
 *
 * What has arrived counts, not what is announced: a client that sends nothing takes nothing from the others.
 */
export class BodyMemory {
  private used = 0;

  constructor(private readonly maxBytes: number) {}

  /** Makes sure that there is room for a body of `bytes` now, and keeps none. @throws RegistryError `too-many-requests` */
  requireRoom(bytes: number): void {
    this.check(counted(bytes));
  }

  /** Counts a body that grows. @throws RegistryError `too-many-requests`, having counted nothing */
  grow(from: number, to: number): void {
    const more = counted(to) - counted(from);
    this.check(more);
    this.used += more;
  }

  giveBack(bytes: number): void {
    this.used -= counted(bytes);
  }

  private check(more: number): void {
    if (more === 0 || this.used + more <= this.maxBytes) return;
    throw new RegistryError('too-many-requests', 'too many large bodies at once', {
      retryAfter: 1,
    });
  }
}

/** A body as far as it has come, in blocks: chunks may be tiny, and an object for each would cost far more than its bytes. */
export class HeldBody {
  private readonly blocks: Buffer[] = [];
  /** What is still free in the last block. */
  private room = Buffer.alloc(0);
  private allocated = 0;

  constructor(
    /** How many bytes will come at most: a small body gets no more memory than it needs. */
    private readonly maxBytes: number,
    private readonly memory: BodyMemory,
  ) {}

  /** How many bytes have come. */
  get size(): number {
    return this.allocated - this.room.byteLength;
  }

  /** Copies `chunk` behind what has come. @throws RegistryError `too-many-requests` */
  append(chunk: Uint8Array): void {
    for (let rest = chunk; rest.byteLength > 0;) {
      if (this.room.byteLength === 0) this.addBlock();
      const part = rest.subarray(0, this.room.byteLength);
      this.room.set(part);
      this.room = this.room.subarray(part.byteLength);
      rest = rest.subarray(part.byteLength);
    }
  }

  /** All that has come. */
  whole(): Buffer {
    const [only, ...others] = this.blocks;
    const fits = only !== undefined && others.length === 0 && this.room.byteLength === 0;
    return fits ? only : Buffer.concat(this.blocks, this.size);
  }

  /** Counts no more; to be called once, when nobody needs the bytes any longer. */
  release(): void {
    this.memory.giveBack(this.allocated);
  }

  private addBlock(): void {
    const bytes = Math.min(BLOCK_BYTES, this.maxBytes);
    this.memory.grow(this.allocated, this.allocated + bytes);
    this.room = Buffer.allocUnsafeSlow(bytes);
    this.blocks.push(this.room);
    this.allocated += bytes;
  }
}

function counted(bytes: number): number {
  return Math.max(0, bytes - FREE_BYTES);
}
