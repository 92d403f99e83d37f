import { type ByteRange } from '../../domain/byte-range.js';
import { newHash, type DigestAlgorithm } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type UploadId, type UploadSession } from '../../domain/upload-session.js';
import { ByteBlocks } from './byte-blocks.js';
import { type MemoryHeldUpload } from './held-upload.js';
import { type MemoryBudget } from './memory-budget.js';

/** A session with the bytes that were acknowledged, their running hash, and the writer who holds it. */
export class StagedUpload {
  readonly bytes = new ByteBlocks();
  hash;
  holder: MemoryHeldUpload | undefined;

  constructor(
    readonly id: UploadId,
    readonly repository: RepositoryName,
    readonly algorithm: DigestAlgorithm,
    public lastWritten: number,
  ) {
    this.hash = newHash(algorithm);
  }

  session(): UploadSession {
    const { id, repository, algorithm } = this;
    return { id, repository, algorithm, offset: this.bytes.size };
  }
}

/** The bytes of one append under way: counted, but no part of the session until they are kept. */
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

  /** Copies `chunk`. @throws RegistryError `storage-full`, having dropped all that this append received */
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

  /** Makes the bytes a part of the session. */
  keep(): void {
    if (this.bytes.size === 0) return;
    this.upload.bytes.adopt(this.bytes);
    this.upload.hash = this.hash;
  }

  /** Forgets the bytes; nothing is left to keep. */
  drop(): void {
    this.budget.giveBack(this.bytes.size);
    this.bytes.clear();
  }
}
