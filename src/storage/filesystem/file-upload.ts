import { type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { rangeLength, type ByteRange } from '../../domain/byte-range.js';
import { Digest, type DigestAlgorithm } from '../../domain/digest.js';
import { type RegistryError } from '../../domain/errors.js';
import { type UploadSession } from '../../domain/upload-session.js';
import { type HeldUpload } from '../ports/upload-store.js';
import { lostHold, otherDigest } from '../protocol/failures.js';
import { RunningReads } from '../protocol/running-reads.js';
import { type Durability } from './disk/durability.js';
import { type FreeSpace } from './disk/free-space.js';
import { ignoreNotFound } from '../../files/errors.js';
import { mapDiskFull } from './disk/fs-errors.js';
import { type ReadBuffers } from './disk/read-buffers.js';
import { type StagedHandle } from './staged-handle.js';
import { type RunningHashes } from '../protocol/running-hashes.js';
import {
  digestOfFile,
  piecesOf,
  StagedWriter,
  writeFrom,
  type StagedBlob,
  type WrittenBytes,
} from './staged-file.js';
import { type UploadDirectory } from './upload-directory.js';
import { held, idleName, type UploadState } from './upload-state.js';

/** The parts of a held session. `publish` makes the staged file a blob of the session's repository. */
export interface FileUploadParts {
  readonly session: UploadSession;
  readonly state: UploadState;
  readonly directory: UploadDirectory;
  readonly file: StagedHandle;
  readonly hashes: RunningHashes;
  readonly durability: Durability;
  readonly space: FreeSpace;
  readonly buffers: ReadBuffers;
  /** How often long work without writes touches the staged file, so that the holder is not considered dead. In milliseconds. */
  readonly touchEveryMs: number;
  /** Marks a file whose bytes were verified. */
  readonly seal: (path: string, size: number) => Promise<void>;
  readonly publish: (staged: StagedBlob) => Promise<void>;
  /** Called once, when the hold ends. */
  readonly onEnd: (upload: FileUpload) => void;
}

/** A held session: the staged file, under a name that only this holder knows. */
export class FileUpload implements HeldUpload {
  private state: UploadState;
  private hash: Hash | undefined;
  private ended = false;
  /** Whether a commit failed. It may have linked the staged file to a blob before, so the file must not be changed. */
  private commitFailed = false;
  private working: Promise<unknown> = Promise.resolve();
  /** The writer of the running append. */
  private writer: StagedWriter | undefined;
  private readonly reads = new RunningReads();
  private renaming: Promise<boolean> | undefined;

  constructor(private readonly parts: FileUploadParts) {
    this.state = parts.state;
    this.hash = parts.hashes.take(parts.session);
  }

  get offset(): number {
    return this.state.offset;
  }

  get written(): number {
    return this.writer?.position ?? this.offset;
  }

  append(source: AsyncIterable<Uint8Array>, announced = 0): Promise<number> {
    return this.tracked(async () => {
      await this.parts.space.require(announced);
      if (this.commitFailed) throw this.lostHold();
      const { position, cut } = await this.keep(source);
      if (cut !== undefined) throw cut.error;
      return position;
    });
  }

  commit(digest: Digest): Promise<number> {
    return this.tracked(async () => {
      const actual = await this.keepingHold(() => this.digestBy(digest.algorithm));
      if (!actual.equals(digest)) throw otherDigest(digest, actual);
      const { directory, seal, publish } = this.parts;
      const staged = { path: directory.pathOf(this.state), digest };
      await seal(staged.path, this.state.offset);
      await publish(staged).catch((error: unknown) => {
        this.commitFailed = true;
        ignoreNotFound(error);
        throw this.lostHold();
      });
      await this.end();
      return this.state.offset;
    });
  }

  async *read(range: ByteRange): AsyncGenerator<Buffer> {
    if (this.ended) throw new Error('the upload is no longer held');
    if (range.end >= this.written) throw new RangeError(`only ${this.written} bytes are written`);
    yield* this.reads.follow(range, this.piecesOf(range));
  }

  async discard(): Promise<void> {
    await this.end();
  }

  async release(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    const { session, directory, hashes, onEnd } = this.parts;
    onEnd(this);
    await this.parts.file.close();
    const ours = await directory.renamed(this.state, { file: idleName(this.state) });
    if (ours && this.hash !== undefined) {
      hashes.keep(session.id, { offset: this.state.offset, hash: this.hash });
    }
  }

  /** Waits at most `patienceMs` for the running work, and then releases the session. */
  async close(patienceMs: number): Promise<void> {
    await Promise.race([this.working, delay(patienceMs)]);
    await this.release();
  }

  /** Runs `work`, and records it for `close`. */
  private tracked<T>(work: () => Promise<T>): Promise<T> {
    const done = mapDiskFull(work);
    this.working = done.catch(() => undefined);
    return done;
  }

  /** Writes and acknowledges the bytes of `source`. After a failure, only bytes that were acknowledged before remain. */
  private async keep(source: AsyncIterable<Uint8Array>): Promise<WrittenBytes> {
    const before = this.hash?.copy();
    try {
      const written = await this.write(source);
      if (written.position > this.state.offset) await this.acknowledge(written.position);
      this.writer = undefined;
      return written;
    } catch (error) {
      // A failed write may have left any bytes after the offset.
      this.hash = before;
      this.writer = undefined;
      this.reads.lose(this.state.offset);
      await this.parts.file.opened?.truncate(this.state.offset);
      throw error;
    }
  }

  /** Acknowledges the bytes up to `offset`, so that the next holder of the session finds them. */
  private async acknowledge(offset: number): Promise<void> {
    const knownDigest = this.hash && Digest.fromHash(this.state.algorithm, this.hash.copy());
    const next = held({ ...this.state, offset, knownDigest });
    this.renaming = this.parts.directory.renamed(this.state, next);
    if (!(await this.renaming)) throw this.lostHold();
    this.state = next;
  }

  private async end(): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.parts.onEnd(this);
    await this.parts.file.close();
    await this.parts.directory.remove(this.state);
  }

  private async write(source: AsyncIterable<Uint8Array>): Promise<WrittenBytes> {
    const { durability, space } = this.parts;
    const file = () => this.file();
    const writer = new StagedWriter(
      { file, hash: this.hash, durability, space },
      this.state.offset,
    );
    this.writer = writer;
    const written = await writeFrom(source, writer);
    if (written.position > this.state.offset) {
      await this.keepingHold(() => writer.force());
    }
    return written;
  }

  private async *piecesOf(range: ByteRange): AsyncGenerator<Buffer> {
    const { buffers } = this.parts;
    const file = await this.openAgain();
    const buffer = buffers.take(rangeLength(range));
    try {
      yield* piecesOf(file, range, buffer);
    } finally {
      buffers.give(buffer);
      await file.close();
    }
  }

  /** Opens the staged file once more for a read, which may outlast the hold. */
  private async openAgain(): Promise<FileHandle> {
    for (;;) {
      const { state } = this;
      const file = await open(this.parts.directory.pathOf(state), 'r').catch(ignoreNotFound);
      if (file !== undefined) return file;
      await this.renaming;
      // If this holder did not rename the file, another one has taken over.
      if (state === this.state) throw this.lostHold();
    }
  }

  /** Runs long work without writes, and touches the staged file meanwhile, so that this holder keeps its hold. */
  private async keepingHold<T>(work: () => Promise<T>): Promise<T> {
    const { file, touchEveryMs } = this.parts;
    const touch = () => void file.opened?.utimes(new Date(), new Date()).catch(() => undefined);
    const timer = setInterval(touch, touchEveryMs);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }

  private async digestBy(algorithm: DigestAlgorithm): Promise<Digest> {
    if (algorithm === this.state.algorithm) {
      if (this.hash !== undefined) return Digest.fromHash(algorithm, this.hash.copy());
      if (this.state.knownDigest !== undefined) return this.state.knownDigest;
    }
    return digestOfFile(await this.file(), this.state.offset, algorithm);
  }

  /** Opens the staged file. If it has another name, another writer has taken over. */
  private async file(): Promise<FileHandle> {
    const file = this.parts.file.opened ?? (await this.parts.file.open().catch(ignoreNotFound));
    if (file === undefined) throw this.lostHold();
    return file;
  }

  private lostHold(): RegistryError {
    // The other writer may have acknowledged more bytes since.
    return lostHold(this.parts.directory.state()?.offset ?? this.offset);
  }
}
