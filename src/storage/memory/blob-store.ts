import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type OpenBlob } from '../ports/blob-store.js';
import { listing } from './asynchronous.js';
import { type ByteBlocks } from './byte-blocks.js';
import { type SharedContent } from './shared-content.js';

export class MemoryBlobStore extends BlobStore {
  constructor(private readonly content: SharedContent) {
    super();
  }

  override stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return Promise.resolve(this.content.find(repository, digest)?.size);
  }

  override open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const bytes = this.content.find(repository, digest);
    return Promise.resolve(bytes && new OpenMemoryBlob(bytes));
  }

  override holders(digest: Digest): AsyncIterable<RepositoryName> {
    return listing(() => this.content.claimants(digest));
  }

  override link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean> {
    return Promise.resolve(this.content.share(target, digest, source));
  }

  override unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    return Promise.resolve(this.content.disclaim(repository, digest));
  }
}

class OpenMemoryBlob implements OpenBlob {
  private closed = false;

  constructor(private readonly bytes: ByteBlocks) {}

  get size(): number {
    return this.bytes.size;
  }

  async *read(range: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const part of listing(() => this.bytes.read(range))) {
      if (this.closed) throw new Error('the blob was closed while it was read');
      yield part;
    }
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
