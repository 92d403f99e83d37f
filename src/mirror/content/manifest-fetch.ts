import { RemoteFailure } from '../../client/registry-client.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError, type FailureKind } from '../../domain/errors.js';
import { parsePushedManifest } from '../../domain/manifest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { SharedWork } from '../../domain/shared-work.js';
import { type ManifestStat, type StoredManifest } from '../../storage/ports/manifest-store.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type LargeManifests } from './large-manifests.js';
import { type MirroredRepository } from './mirror.js';
import { publicationOf } from './publication.js';

/** Why a manifest is not stored, although it is what was asked for. */
const UNSTORED: readonly FailureKind[] = ['manifest-invalid', 'storage-full', 'too-many-requests'];

/** Gets manifests by their digest from the upstreams of mirrors, and stores them. */
export class ManifestFetch {
  private readonly getting = new SharedWork<StoredManifest | undefined>();

  constructor(
    private readonly storage: Pick<Storage, 'manifests' | 'statistics'>,
    private readonly large: LargeManifests,
  ) {}

  /** Resolves to the type and size of a manifest, which the upstream does not send. @throws RemoteFailure */
  async stat(
    { mirror, repository, remote, mayAsk }: MirroredRepository,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    const key = keyOf(repository, digest);
    if (!mayAsk() || mirror.isMissing(key)) return undefined;
    const found = await mirror.upstream.ask((client) => client.stat(remote, digest));
    if (found === undefined) mirror.addMissing(key);
    return found && { mediaType: found.mediaType, size: found.size };
  }

  /**
   * Resolves to a manifest that the storage did not have, after storing it if it can. Tags that the upstream was asked for before are
   * set with it.
   *
   * @throws RemoteFailure
   */
  async get(place: MirroredRepository, digest: Digest): Promise<StoredManifest | undefined> {
    const key = keyOf(place.repository, digest);
    if (!place.mayAsk() || place.mirror.isMissing(key)) return undefined;
    return this.getting.run(key, async () => {
      const found = await place.mirror.upstream
        .ask((client) => client.manifest(place.remote, digest))
        .catch((error: unknown) => {
          throw naming(error, place, digest);
        });
      if (found === undefined) place.mirror.addMissing(key);
      else await this.store(place, digest, found);
      return found;
    });
  }

  /** Forgets that the upstream does not have the manifest. */
  forget({ mirror, repository }: MirroredRepository, digest: Digest): void {
    mirror.forgetMissing(keyOf(repository, digest));
  }

  private async store(
    place: MirroredRepository,
    digest: Digest,
    found: StoredManifest,
  ): Promise<void> {
    if (!(await place.mirror.mayStore())) return;
    try {
      await this.large.run(found.bytes.byteLength, () => this.publish(place, digest, found));
    } catch (error) {
      // Other registries also have manifests of older kinds, which this one does not store. They are passed on, as all are on a full disk,
      // and large ones without a turn.
      if (!(error instanceof RegistryError) || !UNSTORED.includes(error.kind)) throw error;
    }
  }

  private async publish(
    { mirror, repository }: MirroredRepository,
    digest: Digest,
    { bytes, mediaType }: StoredManifest,
  ): Promise<void> {
    const manifest = parsePushedManifest(bytes, mediaType);
    const tags = mirror.answers.waitingFor(repository, digest);
    const isImage = tags.length > 0 || !(await this.isListed(repository, digest));
    const by = { name: mirror.plan.name, hasFetched: isImage };
    await this.storage.manifests.publish(repository, publicationOf(manifest, digest, tags, by));
    mirror.answers.stored(repository, digest, tags);
  }

  /** Resolves to whether a stored index has the manifest as an entry. */
  private async isListed(repository: RepositoryName, digest: Digest): Promise<boolean> {
    for await (const holder of this.storage.statistics.holders(repository, [digest])) {
      if ('index' in holder) return true;
    }
    return false;
  }
}

/** Returns a failure whose message names the manifest. While the upstream rests, failures tell of an earlier question. */
function naming(error: unknown, { remote }: MirroredRepository, digest: Digest): unknown {
  if (!(error instanceof RemoteFailure) || error.message.includes(`${digest}`)) return error;
  const { kind, message, retryAfterMs } = error;
  const named = `the manifest ${remote}@${digest} is not stored, and ${message}`;
  return new RemoteFailure(kind, named, retryAfterMs, { cause: error });
}

function keyOf(repository: string, digest: Digest): string {
  return `manifest ${repository} ${digest}`;
}
