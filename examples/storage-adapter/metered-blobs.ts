import {
  BlobStore,
  type BlobLocation,
  type ByteRange,
  type Digest,
  type OpenBlob,
  type RepositoryName,
} from 'berth-registry';

/** Counts the bytes that are read from the blobs of another store. */
export class MeteredBlobStore extends BlobStore {
  bytesRead = 0;
  private readonly inner: BlobStore;

  constructor(inner: BlobStore) {
    super();
    this.inner = inner;
  }

  override stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return this.inner.stat(repository, digest);
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const blob = await this.inner.open(repository, digest);
    if (blob === undefined) return undefined;
    const read = (range: ByteRange): AsyncIterable<Uint8Array> => this.metered(blob.read(range));
    return { size: blob.size, read, close: () => blob.close() };
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
