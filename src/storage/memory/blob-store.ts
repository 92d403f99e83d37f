import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type OpenBlob } from '../ports/blob-store.js';
import { listing } from './asynchronous.js';
import { type ByteBlocks } from './byte-blocks.js';
import { lookOnShelf, type BeforeStep } from './memory-steps.js';
import { type MemoryBlob, type Repositories } from './repositories.js';

export class MemoryBlobStore extends BlobStore {
  constructor(
    private readonly repositories: Repositories,
    private readonly beforeStep: BeforeStep,
  ) {
    super();
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return (await this.lookUp(repository, digest))?.bytes.size;
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const found = await this.lookUp(repository, digest);
    return found && new OpenMemoryBlob(found.bytes);
  }

  override locate(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  override holders(digest: Digest): AsyncIterable<RepositoryName> {
    return listing(() => this.repositories.claimants(digest));
  }

  override async link(
    target: RepositoryName,
    digest: Digest,
    source: RepositoryName,
  ): Promise<boolean> {
    const found = await this.lookUp(source, digest);
    if (found === undefined) return (await this.lookUp(target, digest)) !== undefined;
    const current = this.repositories.find(source)?.blobs.get(digest.toString());
    // It may have been unlinked, and its memory given back, after it was found.
    if (current !== found) return this.link(target, digest, source);
    this.repositories.budget.requireRecord();
    this.repositories.findOrCreate(target).blobs.put(digest.toString(), found);
    return true;
  }

  override async unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    await this.beforeStep();
    return this.repositories.find(repository)?.blobs.removeEverywhere(digest.toString()) ?? false;
  }

  private async lookUp(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<MemoryBlob | undefined> {
    const home = this.repositories.find(repository);
    return home && lookOnShelf(home.blobs, digest, this.beforeStep, this.repositories.now);
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
