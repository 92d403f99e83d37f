import { type IncomingMessage } from 'node:http';

import { RegistryError } from '../../domain/errors.js';
import { ENDED_EARLY } from './request-body.js';
import { sendContinue } from '../server/expect-continue.js';
import { countReceived } from '../server/received-bytes.js';
import { announcesBody } from '../server/unread-body.js';

/** A block of this size is passed on once it is full. Larger blocks gain little, and an upload holds two. */
const BLOCK_BYTES = 512 * 1024;
/** The first block of a body of unknown length is small, as most bodies are. */
const FIRST_BLOCK_BYTES = 64 * 1024;

/** After this many bytes of one body, other connections are served. */
const YIELD_AFTER_BYTES = 128 * 1024;

/** A partly filled block is passed on after this time, so that a slow client's bytes are not held back. In milliseconds. */
const FLUSH_AFTER_MS = 100;

/**
 * Yields the bytes of a body in blocks. A block is valid until the next one is requested, because its memory is reused.
 *
 * @throws RegistryError `upload-incomplete` if the client disconnects early, after all received bytes were yielded
 */
export async function* gatheredBodyOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  sendContinue(request);
  if (!announcesBody(request)) return;
  const body = new GatheredBody(request);
  try {
    for (let block = await body.next(); block !== undefined; block = await body.next()) {
      countReceived(request, block.byteLength);
      yield block;
    }
  } finally {
    // The request stays open if the reader leaves early, so that a response can be sent.
    body.leave();
  }
}

/** Fills one block while the reader works on another. Node emits small pieces, which cost more to handle than to copy. */
class GatheredBody {
  private filling: Buffer | undefined;
  private filled = 0;
  /** The block that the reader has, and the one before, which may be reused. */
  private given: Buffer | undefined;
  private free: Buffer | undefined;
  /** The part of the last chunk that did not fit into the block. */
  private overflow: Buffer | undefined;
  /** The bytes received since other connections were last served. */
  private inTurn = 0;
  private state: 'open' | 'ended' | 'cut' | 'left';
  private failure: unknown;
  private wake: () => void = () => undefined;

  constructor(private readonly request: IncomingMessage) {
    this.state = request.readableEnded ? 'ended' : request.destroyed ? 'cut' : 'open';
    request.on('data', this.onData).on('end', this.onEnd);
    request.on('error', this.onCut).on('close', this.onCut);
  }

  /** Resolves to the next block, or to `undefined` after the last. */
  async next(): Promise<Buffer | undefined> {
    while (this.overflow === undefined && this.state === 'open') {
      await this.waitForBlock();
      // A slow client must not wait for full blocks.
      if (this.filling !== undefined) break;
    }
    if (this.filling !== undefined) return this.passOn(this.filling);
    if (this.state === 'ended') return undefined;
    throw new RegistryError('upload-incomplete', 'the body ended early', ENDED_EARLY, {
      cause: this.failure,
    });
  }

  /** Stops reading the request. */
  leave(): void {
    const { request } = this;
    request.off('data', this.onData).off('end', this.onEnd);
    request.off('error', this.onCut).off('close', this.onCut);
    if (this.state !== 'open') return;
    this.state = 'left';
    request.pause();
  }

  /** Waits for a full block or the end of the body, at most `FLUSH_AFTER_MS`. */
  private async waitForBlock(): Promise<void> {
    const timer = setTimeout(() => this.wake(), FLUSH_AFTER_MS);
    await new Promise<void>((resolve) => (this.wake = resolve));
    clearTimeout(timer);
  }

  /** Passes the filled block to the reader, and prepares the next one. */
  private passOn(block: Buffer): Buffer {
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
    } else if (this.inTurn >= YIELD_AFTER_BYTES) this.yieldToOthers();
  };

  /** Pauses for one turn of the event loop. Otherwise Node reads while data is available, and other connections wait. */
  private yieldToOthers(): void {
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
