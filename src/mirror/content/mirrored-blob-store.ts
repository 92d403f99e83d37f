import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type BlobLocation, type OpenBlob } from '../../storage/ports/blob-store.js';
import { answering } from '../upstream/failures.js';
import { type MirroredRepository } from './mirror.js';
import { type Mirrors } from './mirrors.js';

/** The blobs of a storage. Those of a mirror that it does not have are downloaded, and can be read meanwhile. */
export class MirroredBlobStore extends BlobStore {
  constructor(
    private readonly inner: BlobStore,
    private readonly mirrors: Mirrors,
  ) {
    super();
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    const size = await this.inner.stat(repository, digest);
    const place = size === undefined ? this.mirrors.of(repository) : undefined;
    return place === undefined ? size : this.remoteSize(place, digest);
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const stored = await this.inner.open(repository, digest);
    const place = stored === undefined ? this.mirrors.of(repository) : undefined;
    return place === undefined ? stored : this.fetch(place, digest);
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

  override unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    this.mirrors.of(repository)?.mirror.forgetMissing(keyOf(repository, digest));
    return this.inner.unlink(repository, digest);
  }

  private remoteSize(place: MirroredRepository, digest: Digest): Promise<number | undefined> {
    const { mirror, repository, remote } = place;
    const key = keyOf(repository, digest);
    if (mirror.isMissing(key)) return Promise.resolve(undefined);
    return answering(mirror.upstream, 'blob-unknown', async () => {
      const growing = await mirror.flights.sizeOf(repository, digest);
      if (growing !== undefined) return growing;
      const found = await mirror.upstream.ask((client) => client.statBlob(remote, digest));
      if (found === undefined) mirror.addMissing(key);
      return found?.size;
    });
  }

  private fetch(place: MirroredRepository, digest: Digest): Promise<OpenBlob | undefined> {
    const { mirror, repository, remote } = place;
    const key = keyOf(repository, digest);
    if (mirror.isMissing(key)) return Promise.resolve(undefined);
    return answering(mirror.upstream, 'blob-unknown', async () => {
      const wanted = { repository, remote, digest, size: undefined };
      const blob = await mirror.flights.open(wanted);
      if (blob === undefined) mirror.addMissing(key);
      return blob;
    });
  }
}

function keyOf(repository: RepositoryName, digest: Digest): string {
  return `blob ${repository} ${digest}`;
}
