import {
  BlobStore,
  createMemoryStorage,
  type BlobLocation,
  type ByteRange,
  type Digest,
  type OpenBlob,
  type RepositoryName,
  type Storage,
} from 'berth-registry';

/** Counts the bytes that are read from the blobs of another store. */
export class MeteredBlobs extends BlobStore {
  bytesRead = 0;

  constructor(private readonly inner: BlobStore) {
    super();
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const blob = await this.inner.open(repository, digest);
    if (blob === undefined) return undefined;
    const read = (range: ByteRange) => this.metered(blob.read(range));
    return { size: blob.size, read, close: () => blob.close() };
  }

  override stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return this.inner.stat(repository, digest);
  }

  override locate(repository: RepositoryName, digest: Digest): Promise<BlobLocation | undefined> {
    return this.inner.locate(repository, digest);
  }

  override holders(digest: Digest): AsyncIterable<RepositoryName> {
    return this.inner.holders(digest);
  }

  override link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean> {
    return this.inner.link(target, digest, source);
  }

  override unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    return this.inner.unlink(repository, digest);
  }

  private async *metered(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      this.bytesRead += chunk.byteLength;
      yield chunk;
    }
  }
}

/** Returns a storage in memory with one port replaced. */
export function meteredStorage(): Storage & { readonly blobs: MeteredBlobs } {
  const memory = createMemoryStorage({ maxBytes: 64 * 1024 * 1024 });
  return Object.assign(memory, { blobs: new MeteredBlobs(memory.blobs) });
}
