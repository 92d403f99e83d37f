import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type BlobLocation, type OpenBlob } from '../../storage/ports/blob-store.js';
import { type BlobFetch } from './blob-fetch.js';
import { type MirroredRepository } from './mirror.js';
import { type Mirrors } from './mirrors.js';

/** The blobs of a storage. Those of a mirror that it does not have are downloaded, and can be read meanwhile. */
export class MirroredBlobStore extends BlobStore {
  constructor(
    private readonly inner: BlobStore,
    private readonly mirrors: Mirrors,
    private readonly fetch: BlobFetch,
  ) {
    super();
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    const size = await this.inner.stat(repository, digest);
    const place = this.mirrors.of(repository);
    if (place === undefined) return size;
    if (size !== undefined) return place.mirror.hit('blob', size);
    return place.mirror.answer('blob', async () => {
      if (await this.fetch.link(place, digest)) {
        return { found: await this.inner.stat(repository, digest), result: 'hit' };
      }
      return { found: await this.fetch.size(place, digest), result: 'confirmed' };
    });
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const stored = await this.inner.open(repository, digest);
    const place = this.mirrors.of(repository);
    if (place === undefined) return stored;
    const { mirror } = place;
    if (stored !== undefined) {
      mirror.reportCached(stored.size);
      return mirror.hit('blob', stored);
    }
    return mirror.answer('blob', async () => {
      const linked = await this.openLinked(place, digest);
      if (linked === undefined) {
        return { found: await this.fetch.open(place, digest), result: 'fetched' };
      }
      mirror.reportCached(linked.size);
      return { found: linked, result: 'hit' };
    });
  }

  override locate(repository: RepositoryName, digest: Digest): Promise<BlobLocation | undefined> {
    return this.inner.locate(repository, digest);
  }

  override holders(digest: Digest, atMost?: number): AsyncIterable<RepositoryName> {
    return this.inner.holders(digest, atMost);
  }

  override link(target: RepositoryName, digest: Digest, source: RepositoryName): Promise<boolean> {
    return this.inner.link(target, digest, source);
  }

  /** Removes the stored blob. The next pull asks the upstream. */
  override unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    const place = this.mirrors.of(repository);
    if (place !== undefined) this.fetch.forget(place, digest);
    return this.inner.unlink(repository, digest);
  }

  private async openLinked(
    place: MirroredRepository,
    digest: Digest,
  ): Promise<OpenBlob | undefined> {
    return (await this.fetch.link(place, digest))
      ? this.inner.open(place.repository, digest)
      : undefined;
  }
}
