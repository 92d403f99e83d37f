import { setImmediate } from 'node:timers/promises';

import { type ByteRange } from '../../domain/byte-range.js';
import { Digest, newHash, type DigestAlgorithm } from '../../domain/digest.js';
import { type HeldUpload } from '../ports/upload-store.js';
import { lostHold, otherDigest } from '../protocol/failures.js';
import { RunningReads } from '../protocol/running-reads.js';
import { listing, promiseOf } from './asynchronous.js';
import { type MemoryBudget } from './memory-budget.js';
import { type Repositories } from './repositories.js';
import { ReceivedBytes, type StagedUpload } from './staged-upload.js';

/** The parts of the storage that a writer uses. */
export interface UploadContext {
  readonly budget: MemoryBudget;
  readonly repositories: Repositories;
  readonly staleAfterMs: number;
  now(): number;
  /** Removes the session from the store. */
  forget(upload: StagedUpload): void;
}

/** How many blocks are hashed before other work can run. */
const BLOCKS_AT_ONCE = 16;

export class MemoryHeldUpload implements HeldUpload {
  private received: ReceivedBytes | undefined;
  private readonly reads = new RunningReads();
  private lastActive: number;

  constructor(
    private readonly upload: StagedUpload,
    private readonly context: UploadContext,
  ) {
    this.lastActive = context.now();
  }

  get offset(): number {
    return this.upload.bytes.size;
  }

  get written(): number {
    return this.offset + (this.received?.size ?? 0);
  }

  /** Returns whether the writer was active recently. Only then is the session protected from other writers. */
  isAtWork(): boolean {
    return this.context.now() - this.lastActive <= this.context.staleAfterMs;
  }

  /** Ends the hold. The bytes of a running append are dropped. */
  leave(): void {
    this.received?.drop();
    this.reads.lose(this.offset);
    if (this.isHolding()) this.upload.holder = undefined;
  }

  async append(source: AsyncIterable<Uint8Array>, announced = 0): Promise<number> {
    this.assertHolding();
    this.context.budget.require(announced);
    const received = new ReceivedBytes(this.upload, this.context.budget);
    this.received = received;
    try {
      for await (const chunk of source) this.receive(received, chunk);
    } finally {
      // If the source throws, the bytes before the error are kept too.
      received.keep();
      this.received = undefined;
      this.reads.lose(this.offset);
    }
    this.assertHolding();
    return this.offset;
  }

  async *read(range: ByteRange): AsyncGenerator<Buffer> {
    this.assertHolding();
    if (range.end >= this.written) throw new RangeError(`only ${this.written} bytes are written`);
    // All parts are collected now, because the append may end and move its bytes during the read.
    const parts = [...this.partsOf(range)];
    yield* this.reads.follow(
      range,
      listing(() => parts),
    );
  }

  async commit(digest: Digest): Promise<number> {
    this.assertHolding();
    const actual = await this.digestBy(digest.algorithm);
    this.assertHolding();
    if (!actual.equals(digest)) throw otherDigest(digest, actual);
    const { repository, bytes } = this.upload;
    this.context.repositories.claim(repository, digest, bytes);
    this.end();
    return bytes.size;
  }

  discard(): Promise<void> {
    return promiseOf(() => {
      if (!this.isHolding()) return;
      this.context.budget.giveBack(this.upload.bytes.size);
      this.end();
    });
  }

  release(): Promise<void> {
    return promiseOf(() => this.leave());
  }

  private receive(received: ReceivedBytes, chunk: Uint8Array): void {
    this.assertHolding();
    received.write(chunk);
    this.lastActive = this.context.now();
    this.upload.lastWritten = this.lastActive;
  }

  private *partsOf({ start, end }: ByteRange): Iterable<Buffer> {
    const { offset, received } = this;
    const { bytes } = this.upload;
    const kept = start < offset ? bytes.read({ start, end: Math.min(end, offset - 1) }) : [];
    const range = { start: Math.max(start - offset, 0), end: end - offset };
    const more = end >= offset ? (received?.read(range) ?? []) : [];
    for (const part of [...kept, ...more]) {
      yield Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    }
  }

  private async digestBy(algorithm: DigestAlgorithm): Promise<Digest> {
    const { upload } = this;
    if (algorithm === upload.algorithm) return Digest.fromHash(algorithm, upload.hash.copy());
    const hash = newHash(algorithm);
    let blocks = 0;
    for (const block of upload.bytes.read({ start: 0, end: this.offset - 1 })) {
      hash.update(block);
      blocks += 1;
      if (blocks % BLOCKS_AT_ONCE === 0) await this.pause();
    }
    return Digest.fromHash(algorithm, hash);
  }

  private async pause(): Promise<void> {
    await setImmediate();
    this.assertHolding();
    this.lastActive = this.context.now();
  }

  private end(): void {
    this.leave();
    this.context.forget(this.upload);
  }

  private isHolding(): boolean {
    return this.upload.holder === this;
  }

  private assertHolding(): void {
    if (!this.isHolding()) throw lostHold(this.offset);
  }
}
