import { RemoteFailure } from '../../client/registry-client.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type MirrorResult } from '../../domain/mirror-report.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  ManifestStore,
  type ManifestRemovalOptions,
  type ManifestStat,
  type OpenManifest,
  type Publication,
  type PublishResult,
  type RemovedManifest,
  type StoredManifest,
} from '../../storage/ports/manifest-store.js';
import { type TagStore } from '../../storage/ports/tag-store.js';
import { LARGE_BYTES } from './large-manifests.js';
import { type ManifestFetch } from './manifest-fetch.js';
import { type Found, type MirroredRepository } from './mirror.js';
import { type Mirrors } from './mirrors.js';
import { type NamedBlobs } from './named-blobs.js';
import { type RemoteLists } from './remote-lists.js';
import { type TagResolver } from './tag-resolver.js';

/** Where the manifests of mirrors come from. */
export interface ManifestParts {
  readonly resolver: TagResolver;
  readonly fetch: ManifestFetch;
  readonly lists: RemoteLists;
  readonly named: NamedBlobs;
  /** The tags of the storage. */
  readonly tags: TagStore;
}

/** The manifests of a storage. Those of a mirror that it does not have come from the upstream, and are stored. */
export class MirroredManifestStore extends ManifestStore {
  constructor(
    private readonly inner: ManifestStore,
    private readonly mirrors: Mirrors,
    private readonly parts: ManifestParts,
  ) {
    super();
  }

  /** Asks the upstream by HEAD for a manifest that is not stored, which spends no pull. */
  override async stat(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    const stored = await this.inner.stat(repository, digest);
    const place = this.mirrors.of(repository);
    if (place === undefined) return stored;
    return place.mirror.answer('manifest', async () => {
      if (stored !== undefined) return { found: stored, result: 'hit' };
      return { found: await this.parts.fetch.stat(place, digest), result: 'confirmed' };
    });
  }

  override async read(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | undefined> {
    const stored = await this.inner.read(repository, digest);
    const place = this.mirrors.of(repository);
    if (place === undefined) return stored;
    return place.mirror.answer('manifest', async () => {
      if (stored !== undefined) return { found: stored, result: 'hit' };
      return { found: await this.parts.fetch.get(place, digest), result: 'fetched' };
    });
  }

  override async open(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<OpenManifest | undefined> {
    const place = this.mirrors.of(repository);
    if (place === undefined) return this.inner.open(repository, digest);
    return place.mirror.answer('manifest', () => this.openIn(place, digest));
  }

  override openTagged(
    repository: RepositoryName,
    tag: TagName,
    tags: TagStore,
  ): Promise<(OpenManifest & { readonly digest: Digest }) | undefined> {
    const place = this.mirrors.of(repository);
    return place === undefined
      ? this.inner.openTagged(repository, tag, tags)
      : this.openTaggedIn(place, tag);
  }

  private async openTaggedIn(
    place: MirroredRepository,
    tag: TagName,
  ): Promise<(OpenManifest & { readonly digest: Digest }) | undefined> {
    const { resolver, named, tags } = this.parts;
    // Nearly all pulls end here, so that this way is the shortest.
    if (resolver.isCurrent(place, tag)) {
      const stored = await this.inner.openTagged(place.repository, tag, tags);
      if (stored !== undefined) {
        named.pull(place.repository, stored.digest, stored.mediaType);
        return place.mirror.hit('tag', stored);
      }
    }
    return place.mirror.answer('tag', async () => {
      const { found, result } = await resolver.resolve(place, tag);
      if (found === undefined) return { found, result };
      return this.openNow(place, tag, found.digest, result);
    });
  }

  override publish(repository: RepositoryName, publication: Publication): Promise<PublishResult> {
    return this.inner.publish(repository, publication);
  }

  /** Removes the stored manifest. The next pull asks the upstream. */
  override async remove(
    repository: RepositoryName,
    digest: Digest,
    options?: ManifestRemovalOptions,
  ): Promise<RemovedManifest | undefined> {
    const removed = await this.inner.remove(repository, digest, options);
    const place = this.mirrors.of(repository);
    if (place === undefined) return removed;
    this.parts.fetch.forget(place, digest);
    for (const tag of removed?.tags ?? []) this.parts.resolver.forget(place, tag);
    return removed;
  }

  override referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
    atMost?: number,
  ): AsyncIterable<Descriptor> {
    const place = this.mirrors.of(repository);
    return place === undefined
      ? this.inner.referrers(repository, subject, after, atMost)
      : this.parts.lists.referrers(place, subject, after, atMost);
  }

  override digests(repository: RepositoryName, atMost?: number): AsyncIterable<Digest> {
    return this.inner.digests(repository, atMost);
  }

  private async openIn(place: MirroredRepository, digest: Digest): Promise<Found<OpenManifest>> {
    const { repository } = place;
    const stored = await this.inner.open(repository, digest);
    const found = stored ?? (await this.fetched(place, digest));
    if (found !== undefined) this.parts.named.pull(repository, digest, found.mediaType);
    return { found, result: stored === undefined ? 'fetched' : 'hit' };
  }

  private async fetched(
    place: MirroredRepository,
    digest: Digest,
  ): Promise<OpenManifest | undefined> {
    const found = await this.parts.fetch.get(place, digest);
    if (found === undefined) return undefined;
    // A slow client would keep a large one in memory, also when its download has ended.
    const isLarge = found.bytes.byteLength > LARGE_BYTES;
    const stored = isLarge ? await this.inner.open(place.repository, digest) : undefined;
    return stored ?? { mediaType: found.mediaType, content: found.bytes };
  }

  /**
   * Opens what a tag points to. If the upstream does not give it, the tag is served as it was stored.
   *
   * @param how the tag was found, which is reported unless the manifest was fetched
   */
  private async openNow(
    place: MirroredRepository,
    tag: TagName,
    digest: Digest,
    how: MirrorResult,
  ): Promise<Found<OpenManifest & { readonly digest: Digest }>> {
    try {
      const { found, result } = await this.openIn(place, digest);
      return { found: found && { ...found, digest }, result: result === 'fetched' ? result : how };
    } catch (error) {
      if (!(error instanceof RemoteFailure)) throw error;
      const stale = await this.parts.resolver.stale(place, tag, error);
      this.parts.resolver.forget(place, tag);
      const opened = await this.inner.open(place.repository, stale.digest);
      return { found: opened && { ...opened, digest: stale.digest }, result: 'stale' };
    }
  }
}
