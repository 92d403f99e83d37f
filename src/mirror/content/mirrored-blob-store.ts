import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type BlobLocation, type OpenBlob } from '../../storage/ports/blob-store.js';
import { type MirroredRepository } from './mirror.js';
import { type Mirrors } from './mirrors.js';
import { type NamedBlobs } from './named-blobs.js';

/** How many repositories are looked at for one of the same mirror that has the blob. */
const MAX_HOLDERS = 100;

/** The blobs of a storage. Those of a mirror that it does not have are downloaded, and can be read meanwhile. */
export class MirroredBlobStore extends BlobStore {
  constructor(
    private readonly inner: BlobStore,
    private readonly mirrors: Mirrors,
    private readonly named: NamedBlobs,
  ) {
    super();
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    const size = await this.inner.stat(repository, digest);
    const place = this.mirrors.of(repository);
    if (place === undefined) return size;
    return place.mirror.answer('blob', async () => {
      if (size !== undefined) return { found: size, result: 'hit' };
      if (await this.linkHere(place, digest)) {
        return { found: await this.inner.stat(repository, digest), result: 'hit' };
      }
      return { found: await this.remoteSize(place, digest), result: 'confirmed' };
    });
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const stored = await this.inner.open(repository, digest);
    const place = this.mirrors.of(repository);
    if (place === undefined) return stored;
    return place.mirror.answer('blob', async () => {
      const cached = stored ?? (await this.openLinked(place, digest));
      if (cached === undefined) {
        return { found: await this.download(place, digest), result: 'fetched' };
      }
      place.mirror.reportCached(cached.size);
      return { found: cached, result: 'hit' };
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
    this.mirrors.of(repository)?.mirror.forgetMissing(keyOf(repository, digest));
    return this.inner.unlink(repository, digest);
  }

  private async openLinked(
    place: MirroredRepository,
    digest: Digest,
  ): Promise<OpenBlob | undefined> {
    return (await this.linkHere(place, digest))
      ? this.inner.open(place.repository, digest)
      : undefined;
  }

  /** Links the blob from another repository of the same mirror, if the upstream has it here, too. Resolves to whether it did. */
  private async linkHere(place: MirroredRepository, digest: Digest): Promise<boolean> {
    const { mirror, repository } = place;
    const holder = await this.holderIn(`${mirror.plan.name}/`, digest);
    if (holder === undefined) return false;
    if (!(await mirror.mayStore()) || !(await this.belongsHere(place, digest))) return false;
    return this.inner.link(repository, digest, holder);
  }

  private async holderIn(prefix: string, digest: Digest): Promise<RepositoryName | undefined> {
    let looks = 0;
    for await (const holder of this.inner.holders(digest, MAX_HOLDERS)) {
      if (holder.startsWith(prefix)) return holder;
      if (++looks === MAX_HOLDERS) break;
    }
    return undefined;
  }

  private async belongsHere(place: MirroredRepository, digest: Digest): Promise<boolean> {
    const { mirror, repository } = place;
    // Of private content, a manifest proves nothing: who may push one there can name any digest.
    const isProof = mirror.plan.content === 'public';
    if (isProof && (await this.named.find(repository, digest)) !== undefined) return true;
    return (await this.remoteSize(place, digest)) !== undefined;
  }

  private async remoteSize(
    { mirror, repository, remote, mayAsk }: MirroredRepository,
    digest: Digest,
  ): Promise<number | undefined> {
    const key = keyOf(repository, digest);
    if (!mayAsk || mirror.isMissing(key)) return undefined;
    const growing = await mirror.flights.sizeOf(repository, digest);
    if (growing !== undefined) return growing;
    const found = await mirror.upstream.ask((client) => client.statBlob(remote, digest));
    if (found === undefined) mirror.addMissing(key);
    return found?.size;
  }

  private async download(
    { mirror, repository, remote, mayAsk }: MirroredRepository,
    digest: Digest,
  ): Promise<OpenBlob | undefined> {
    const key = keyOf(repository, digest);
    if (!mayAsk || mirror.isMissing(key)) return undefined;
    const size = (await this.named.find(repository, digest))?.size;
    const blob = await mirror.flights.open({ repository, remote, digest, size });
    if (blob === undefined) mirror.addMissing(key);
    return blob;
  }
}

function keyOf(repository: RepositoryName, digest: Digest): string {
  return `blob ${repository} ${digest}`;
}
