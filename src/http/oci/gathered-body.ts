import { type IncomingMessage } from 'node:http';

import { RegistryError } from '../../domain/errors.js';
import { askForBody } from '../server/expect-continue.js';
import { countReceived } from '../server/received-bytes.js';

/** A block of this many bytes is given on when it is full: larger ones gain little, and an upload holds two. */
const BLOCK_BYTES = 512 * 1024;
/** The first block of a body of unknown length is small, as most bodies are. */
const FIRST_BLOCK_BYTES = 64 * 1024;

/** After so many bytes of one body others have their turn. */
const TURN_BYTES = 128 * 1024;

/** A partly filled block is passed on after this time, so that a slow client's bytes are not held back. In milliseconds. */
const GIVE_ON_AFTER_MS = 100;

/**
 * The bytes of a body that may be large, gathered into blocks. The memory of a block is used again once the next is asked for.
 *
 * Node reports every few kilobytes, and handling so few bytes costs more than copying them. While the
 * reader is busy with one block, the next is filled. Leaving the loop early leaves the request open, as with `bodyOf`.
 * @throws RegistryError `upload-incomplete` when the client goes away before the end, behind what came
 */
export async function* gatheredBodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  askForBody(request);
  const body = new GatheredBody(request);
  try {
    for (let block = await body.next(); block !== undefined; block = await body.next()) {
      countReceived(block.byteLength);
      yield block;
    }
  } finally {
    body.leave();
  }
}

class GatheredBody {
  private filling: Buffer | undefined;
  private filled = 0;
  /** The block that the reader has, and the one that it had before, which is free again. */
  private given: Buffer | undefined;
  private free: Buffer | undefined;
  /** What did not fit into the block any more. */
  private overflow: Buffer | undefined;
  /** How much came since others had their turn. */
  private inTurn = 0;
  private state: 'open' | 'ended' | 'cut' | 'left';
  private failure: unknown;
  private wake: () => void = () => undefined;

  constructor(private readonly request: IncomingMessage) {
    this.state = request.readableEnded ? 'ended' : request.destroyed ? 'cut' : 'open';
    request.on('data', this.onData).on('end', this.onEnd);
    request.on('error', this.onCut).on('close', this.onCut);
  }

  /** The next block, or `undefined` behind the last. */
  async next(): Promise<Buffer | undefined> {
    while (this.overflow === undefined && this.state === 'open') {
      await this.news();
      // A client that sends this slowly needs no full blocks.
      if (this.filling !== undefined) break;
    }
    if (this.filling !== undefined) return this.turn(this.filling);
    if (this.state === 'ended') return undefined;
    throw new RegistryError('upload-incomplete', 'the body ended early', undefined, {
      cause: this.failure,
    });
  }

  /** Looks at the request no more. */
  leave(): void {
    const { request } = this;
    request.off('data', this.onData).off('end', this.onEnd);
    request.off('error', this.onCut).off('close', this.onCut);
    if (this.state !== 'open') return;
    this.state = 'left';
    request.pause();
  }

  /** Waits for a full block, for the end, or for a moment. */
  private async news(): Promise<void> {
    const timer = setTimeout(() => this.wake(), GIVE_ON_AFTER_MS);
    await new Promise<void>((resolve) => (this.wake = resolve));
    clearTimeout(timer);
  }

  /** Gives the block that was filled to the reader. */
  private turn(block: Buffer): Buffer {
    const { overflow, filled } = this;
    this.free = this.given;
    this.given = block;
    this.filling = undefined;
    this.filled = 0;
    this.overflow = undefined;
    if (overflow !== undefined) {
      if (overflow.byteLength > 0) this.onData(overflow);
      this.request.resume();
    }
    return block.subarray(0, filled);
  }

  private readonly onData = (chunk: Buffer): void => {
    this.filling ??= this.nextBlock();
    const copied = chunk.copy(this.filling, this.filled);
    this.filled += copied;
    this.inTurn += copied;
    if (this.filled === this.filling.byteLength) {
      this.overflow = chunk.subarray(copied);
      this.request.pause();
      this.wake();
    } else if (this.inTurn >= TURN_BYTES) this.letOthers();
  };

  /** Node would read on while anything is there, and everybody else would wait for whole blocks of each upload. */
  private letOthers(): void {
    this.request.pause();
    setImmediate(() => {
      this.inTurn = 0;
      if (this.overflow === undefined && this.state === 'open') this.request.resume();
    });
  }

  private nextBlock(): Buffer {
    if (this.free?.byteLength === BLOCK_BYTES) return this.free;
    if (this.given !== undefined) return Buffer.allocUnsafeSlow(BLOCK_BYTES);
    const announced = Number(this.request.headers['content-length'] ?? FIRST_BLOCK_BYTES);
    return Buffer.allocUnsafeSlow(Math.min(announced, BLOCK_BYTES));
  }

  private readonly onEnd = (): void => {
    this.state = 'ended';
    this.wake();
  };

  private readonly onCut = (error?: unknown): void => {
    if (this.state !== 'open') return;
    this.state = 'cut';
    this.failure = error;
    this.wake();
  };
}
