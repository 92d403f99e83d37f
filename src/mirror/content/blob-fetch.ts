import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type BlobStore, type OpenBlob } from '../../storage/ports/blob-store.js';
import { type MirroredRepository } from './mirror.js';
import { type NamedBlobs } from './named-blobs.js';

/** How many repositories are looked at for one of the same mirror that has the blob. */
const MAX_HOLDERS = 100;

/** Gets blobs that a repository of a mirror does not have: from another repository of the same mirror, or from the upstream. */
export class BlobFetch {
  constructor(
    private readonly blobs: BlobStore,
    private readonly named: NamedBlobs,
  ) {}

  /** Links the blob from another repository of the same mirror, if the upstream has it here, too. Resolves to whether it did. */
  async link(place: MirroredRepository, digest: Digest): Promise<boolean> {
    const { mirror, repository } = place;
    const holder = await this.holderIn(`${mirror.plan.name}/`, digest);
    if (holder === undefined) return false;
    if (!(await mirror.mayStore()) || !(await this.belongsHere(place, digest))) return false;
    return this.blobs.link(repository, digest, holder);
  }

  /** Resolves to the size that the upstream says, in bytes. @throws RemoteFailure */
  async size(
    { mirror, repository, remote, mayAsk }: MirroredRepository,
    digest: Digest,
  ): Promise<number | undefined> {
    const key = keyOf(repository, digest);
    if (!mayAsk() || mirror.isMissing(key)) return undefined;
    const growing = await mirror.flights.sizeOf(repository, digest);
    if (growing !== undefined) return growing;
    const found = await mirror.upstream.ask((client) => client.statBlob(remote, digest));
    if (found === undefined) mirror.addMissing(key);
    return found?.size;
  }

  /** Downloads the blob, and opens it as soon as its first bytes are on the way. @throws RemoteFailure */
  async open(
    { mirror, repository, remote, mayAsk }: MirroredRepository,
    digest: Digest,
  ): Promise<OpenBlob | undefined> {
    const key = keyOf(repository, digest);
    if (!mayAsk() || mirror.isMissing(key)) return undefined;
    const size = (await this.named.find(repository, digest))?.size;
    const blob = await mirror.flights.open({ repository, remote, digest, size });
    if (blob === undefined) mirror.addMissing(key);
    return blob;
  }

  /**
   * Stores the blob unless it is stored. Resolves to how many bytes were downloaded, or to `undefined` if the upstream does not have it.
   *
   * @throws RemoteFailure, WrongContent, RegistryError, or the reason of the signal
   */
  async store(
    place: MirroredRepository,
    { digest, size }: Descriptor,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { mirror, repository, remote } = place;
    if ((await this.blobs.stat(repository, digest)) !== undefined) return 0;
    if (await this.link(place, digest)) return 0;
    const exists = await mirror.flights.store({ repository, remote, digest, size }, signal);
    return exists ? size : undefined;
  }

  /** Forgets that the upstream does not have the blob. */
  forget({ mirror, repository }: MirroredRepository, digest: Digest): void {
    mirror.forgetMissing(keyOf(repository, digest));
  }

  private async holderIn(prefix: string, digest: Digest): Promise<RepositoryName | undefined> {
    let looks = 0;
    for await (const holder of this.blobs.holders(digest, MAX_HOLDERS)) {
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
    return (await this.size(place, digest)) !== undefined;
  }
}

function keyOf(repository: RepositoryName, digest: Digest): string {
  return `blob ${repository} ${digest}`;
}
