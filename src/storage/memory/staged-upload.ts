import { type ByteRange } from '../../domain/byte-range.js';
import { newHash, type DigestAlgorithm } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';
import { ByteBlocks } from './byte-blocks.js';
import { type MemoryHeldUpload } from './held-upload.js';
import { type MemoryBudget } from './memory-budget.js';

/** A session with its acknowledged bytes, their running hash, and the writer that holds it. */
export class StagedUpload {
  readonly bytes = new ByteBlocks();
  hash;
  holder: MemoryHeldUpload | undefined;

  constructor(
    private readonly begun: Omit<UploadSession, 'offset'>,
    public lastWritten: number,
  ) {
    this.hash = newHash(begun.algorithm);
  }

  get id(): UploadId {
    return this.begun.id;
  }

  get repository(): RepositoryName {
    return this.begun.repository;
  }

  get algorithm(): DigestAlgorithm {
    return this.begun.algorithm;
  }

  session(): UploadSession {
    return { ...this.begun, offset: this.bytes.size };
  }

  /** Returns the session as lists have it: with the bytes of a running append. */
  listed(): UploadSession {
    const session = this.session();
    const { written = 0 } = this.holder ?? {};
    return written > session.offset ? { ...session, staged: written } : session;
  }
}

/** The bytes of one running append. They are counted, but become part of the session only when `keep` is called. */
export class ReceivedBytes {
  private readonly bytes = new ByteBlocks();
  private readonly hash;

  constructor(
    private readonly upload: StagedUpload,
    private readonly budget: MemoryBudget,
  ) {
    this.hash = upload.hash.copy();
  }

  get size(): number {
    return this.bytes.size;
  }

  read(range: ByteRange): Iterable<Uint8Array> {
    return this.bytes.read(range);
  }

  /** Adds a copy of `chunk`. @throws RegistryError `storage-full` after dropping all bytes of this append */
  write(chunk: Uint8Array): void {
    try {
      this.budget.take(chunk.byteLength);
    } catch (error) {
      this.drop();
      throw error;
    }
    this.bytes.append(chunk);
    this.hash.update(chunk);
  }

  /** Adds the bytes to the session. */
  keep(): void {
    if (this.bytes.size === 0) return;
    this.upload.bytes.adopt(this.bytes);
    this.upload.hash = this.hash;
  }

  /** Drops the bytes. */
  drop(): void {
    this.budget.giveBack(this.bytes.size);
    this.bytes.clear();
  }
}
