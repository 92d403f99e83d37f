import {
  BlobStore,
  type ByteRange,
  type Digest,
  type OpenBlob,
  type RepositoryName,
} from 'berth-registry';

/** The blobs that each repository claims, by digest. Repositories that claim one blob share its bytes. */
export class MapBlobStore extends BlobStore {
  private readonly claims = new Map<RepositoryName, Map<string, Uint8Array>>();

  find(repository: RepositoryName, digest: Digest): Uint8Array | undefined {
    return this.claims.get(repository)?.get(digest.toString());
  }

  /** Returns the blobs that the repository claims, and whether another one has each as well. */
  all(repository: RepositoryName): { readonly size: number; readonly isShared: boolean }[] {
    return [...(this.claims.get(repository) ?? [])].map(([key, { byteLength }]) => {
      const holders = [...this.claims.values()].filter((blobs) => blobs.has(key));
      return { size: byteLength, isShared: holders.length > 1 };
    });
  }

  claim(repository: RepositoryName, digest: Digest, bytes: Uint8Array): void {
    const blobs = this.claims.get(repository) ?? new Map<string, Uint8Array>();
    this.claims.set(repository, blobs.set(digest.toString(), bytes));
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return this.find(repository, digest)?.byteLength;
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const bytes = this.find(repository, digest);
    return bytes && new OpenBytes(bytes);
  }

  /** A web server cannot send these blobs, because they are not files. */
  override async locate(): Promise<undefined> {
    return undefined;
  }

  override async *holders(digest: Digest): AsyncIterable<RepositoryName> {
    for (const [name, blobs] of [...this.claims]) if (blobs.has(digest.toString())) yield name;
  }

  override async link(
    target: RepositoryName,
    digest: Digest,
    source: RepositoryName,
  ): Promise<boolean> {
    const bytes = this.find(source, digest);
    if (bytes !== undefined) this.claim(target, digest, bytes);
    return this.find(target, digest) !== undefined;
  }

  override async unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    return this.claims.get(repository)?.delete(digest.toString()) ?? false;
  }
}

/** Keeps the bytes readable, even if the blob is deleted meanwhile. */
class OpenBytes implements OpenBlob {
  readonly size: number;
  private bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.size = bytes.byteLength;
  }

  async *read({ start, end }: ByteRange): AsyncIterable<Uint8Array> {
    if (this.bytes === undefined) throw new Error('the blob is closed');
    if (end >= this.size) throw new Error('the blob is shorter than that');
    yield this.bytes.subarray(start, end + 1);
  }

  async close(): Promise<void> {
    this.bytes = undefined;
  }
}
