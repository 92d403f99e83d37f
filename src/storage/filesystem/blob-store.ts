import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { rangeLength, type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type OpenBlob } from '../ports/blob-store.js';
import { type BlobLinks } from './blob-links.js';
import { type StoredFiles } from './stored-files.js';
import { type Trash } from './trash.js';
import { type Durability } from './durability.js';
import { absentIfMissing, writing } from './fs-errors.js';
import { listNames } from './list-names.js';
import { type Layout } from './layout.js';
import { sizeOfFile } from './metadata.js';
import { decodeRepository } from './names.js';
import { ReadBuffers } from './read-buffers.js';

/** Blobs as files: a repository's claim is the file that is read. */
export class FileBlobStore extends BlobStore {
  private readonly buffers = new ReadBuffers();

  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
    private readonly links: BlobLinks,
    private readonly files: StoredFiles,
    private readonly trash: Trash,
  ) {
    super();
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return this.files.sizeOf(repository, 'blobs', digest);
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    if ((await this.files.sizeOf(repository, 'blobs', digest)) === undefined) return undefined;
    const handle = await open(this.layout.claim(repository, digest), 'r').catch(absentIfMissing);
    if (handle === undefined) return undefined;
    try {
      const { size } = await handle.stat();
      return new FileBlob(handle, size, this.buffers);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  override async *holders(digest: Digest): AsyncIterable<RepositoryName> {
    if (sizeOfFile(this.layout.content(digest)) === undefined) return;
    for await (const name of listNames(this.layout.repositories)) {
      const repository = decodeRepository(name);
      if (repository !== undefined && (await this.stat(repository, digest)) !== undefined) {
        yield repository;
      }
    }
  }

  override link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean> {
    return writing(() => this.links.mount(target, digest, source));
  }

  override unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    return writing(async () => {
      const claim = this.layout.claim(repository, digest);
      if (!(await this.trash.remove(repository, { kind: 'blobs', digest }))) return false;
      await this.durability.syncDirectory(dirname(claim)).catch(absentIfMissing);
      await this.links.freeUnclaimed(digest);
      return true;
    });
  }
}

class FileBlob implements OpenBlob {
  constructor(
    private readonly handle: FileHandle,
    readonly size: number,
    private readonly buffers: ReadBuffers,
  ) {}

  /** Reads the next piece from the disk while the reader is busy with the last one, in two buffers by turns. */
  async *read(range: ByteRange): AsyncIterable<Uint8Array> {
    const total = rangeLength(range);
    const turns = [this.buffers.take(total), this.buffers.take(total)] as const;
    let ahead = this.fill(turns[0], range.start, total);
    try {
      for (let given = 0, turn = 1; given < total; turn = 1 - turn) {
        const chunk = await ahead;
        given += chunk.byteLength;
        if (given < total) {
          ahead = this.fill(turns[turn === 0 ? 0 : 1], range.start + given, total - given);
          // Awaited by the next turn; a reader that leaves before must not make its failure an unhandled one.
          ahead.catch(() => undefined);
        }
        yield chunk;
      }
    } finally {
      await ahead.catch(() => undefined);
      turns.forEach((buffer) => this.buffers.give(buffer));
    }
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  private async fill(buffer: Buffer, position: number, wanted: number): Promise<Uint8Array> {
    const length = Math.min(buffer.byteLength, wanted);
    const { bytesRead } = await this.handle.read(buffer, 0, length, position);
    if (bytesRead === 0) throw new Error('a blob ended before its size');
    return buffer.subarray(0, bytesRead);
  }
}
