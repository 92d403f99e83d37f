import { byteOrder } from '../../domain/byte-order.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { Digest, DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { type MediaType } from '../../domain/media-type.js';
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
  type ReachabilityRules,
} from '../ports/manifest-store.js';
import { eventsOfRemovedManifest } from '../protocol/change-events.js';
import { type GarbageStore } from '../protocol/collect/garbage-store.js';
import { IndexSearch } from '../protocol/collect/index-search.js';
import { KnownLinks } from '../protocol/collect/known-links.js';
import { RemovalQueue } from '../protocol/collect/removal-queue.js';
import { removeUnlisted } from '../protocol/collect/remove-unlisted.js';
import { lookFor } from '../protocol/look-for.js';
import { publish } from '../protocol/publish.js';
import { ConfirmedCache } from './disk/confirmed-cache.js';
import { mapDiskFull } from './disk/fs-errors.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { listNames } from './disk/list-names.js';
import { removeManifest } from './manifest-remove.js';
import { readSmallFile } from './disk/small-files.js';
import { FilePublishSteps, type PublishParts } from './publish-steps.js';
import { openFile } from './disk/open-file.js';
import { type ReadBuffers } from './disk/read-buffers.js';
import { readBytes } from './manifest-files.js';
import { MediaTypes } from './media-types.js';
import { FileRemovalSteps } from './removal-steps.js';
import { RecentManifests } from './recent-manifests.js';
import { decodeReferrerRecord } from './records.js';
import { type StoredFile } from './stored-files.js';

/** A manifest of at most this many bytes fits into the buffers of a connection, and is read when it is opened. */
const SMALL_MANIFEST_BYTES = 64 * 1024;

/** How many referrer entries are cached, and how many bytes of memory they take. */
const MAX_RECORDS = 20_000;
const MAX_RECORD_BYTES = 32 * 1024 ** 2;

/** How many bytes a descriptor takes besides its annotations. An estimate. */
const BYTES_PER_DESCRIPTOR = 400;

/** Stores manifests as files with exactly the bytes that were pushed. */
export class FileManifestStore extends ManifestStore {
  private readonly mediaTypes = new MediaTypes();
  private readonly recent = new RecentManifests();
  private readonly links = new KnownLinks();
  private readonly removals = new RemovalQueue();
  private readonly records = new ConfirmedCache<Descriptor>({
    maxEntries: MAX_RECORDS,
    maxBytes: MAX_RECORD_BYTES,
    bytesOf: bytesOfDescriptor,
  });

  constructor(
    private readonly parts: PublishParts,
    private readonly garbage: GarbageStore,
    private readonly buffers: ReadBuffers,
  ) {
    super();
  }

  override async stat(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    const found = await this.find(repository, digest);
    if (found === undefined) return undefined;
    const mediaType = await this.findMediaType(repository, digest);
    return mediaType && { mediaType, size: found.size };
  }

  override async read(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | undefined> {
    const bytes = await this.readBytes(repository, digest);
    return bytes && { mediaType: this.mediaTypes.mediaTypeOf(digest, bytes), bytes };
  }

  /** Tries twice: a collector may set the manifest aside after it was found, and the second look restores it. */
  override async open(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<OpenManifest | undefined> {
    return (await this.tryOpen(repository, digest)) ?? this.tryOpen(repository, digest);
  }

  private async tryOpen(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<OpenManifest | undefined> {
    const found = await this.find(repository, digest);
    if (found === undefined) return undefined;
    const { path, size } = found;
    if (size <= SMALL_MANIFEST_BYTES) {
      const bytes = this.recent.read(digest, found);
      return bytes && { mediaType: this.mediaTypes.mediaTypeOf(digest, bytes), content: bytes };
    }
    const mediaType = await this.findMediaType(repository, digest);
    const content = mediaType && (await openFile(path, size, this.buffers));
    return content && { mediaType, content };
  }

  override publish(repository: RepositoryName, publication: Publication): Promise<PublishResult> {
    return mapDiskFull(() =>
      publish(new FilePublishSteps(this.parts, repository, publication), publication),
    );
  }

  override remove(
    repository: RepositoryName,
    digest: Digest,
    options: ManifestRemovalOptions = {},
  ): Promise<RemovedManifest | undefined> {
    const { layout, durability, trash, tags, outbox } = this.parts;
    const { by, unlessListed } = options;
    const remove = unlessListed
      ? () => removeUnlisted(this.stepsFor(repository, digest, unlessListed), digest)
      : () => trash.remove(repository, { kind: 'manifests', digest });
    return this.removals.admit(repository, () =>
      mapDiskFull(async () => {
        const all = { layout, durability, tags, repository, digest, by, remove };
        const removed = await removeManifest(all);
        if (removed === undefined) return undefined;
        await outbox.append(eventsOfRemovedManifest(repository, digest, removed.tags, options));
        return removed;
      }),
    );
  }

  private stepsFor(
    repository: RepositoryName,
    digest: Digest,
    rules: ReachabilityRules,
  ): FileRemovalSteps {
    const view = { repository, garbage: this.garbage.of(repository), manifests: this };
    const search = new IndexSearch(view, this.links, rules, this.removals);
    return new FileRemovalSteps(this.parts, repository, digest, search);
  }

  override async *referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
  ): AsyncIterable<Descriptor> {
    const digests = await this.parts.trash.referrersOf(repository, subject);
    const wanted = digests
      .filter((digest) => after === undefined || byteOrder(`${digest}`, `${after}`) > 0)
      .sort((one, other) => byteOrder(`${one}`, `${other}`));
    for await (const digest of yieldEvery(wanted)) {
      const descriptor = await this.readReferrer(repository, subject, digest);
      const manifest = await this.find(repository, digest);
      if (descriptor !== undefined && descriptor.size === manifest?.size) yield descriptor;
    }
  }

  override async *digests(repository: RepositoryName): AsyncIterable<Digest> {
    for (const algorithm of DIGEST_ALGORITHMS) {
      for await (const hex of listNames(this.parts.layout.manifestsBy(repository, algorithm))) {
        const digest = Digest.tryParse(`${algorithm}:${hex}`);
        if (digest !== undefined) yield digest;
      }
    }
  }

  private find(repository: RepositoryName, digest: Digest): Promise<StoredFile | undefined> {
    return this.parts.files.find(repository, 'manifests', digest);
  }

  private async readBytes(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<Uint8Array | undefined> {
    const found = await this.find(repository, digest);
    return found && readBytes(found);
  }

  private findMediaType(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<MediaType | undefined> {
    return this.mediaTypes.find(digest, () => this.readBytes(repository, digest));
  }

  /** Resolves to an entry of a subject's referrers. Restores it first if a collector has set it aside. */
  private async readReferrer(
    repository: RepositoryName,
    subject: Digest,
    digest: Digest,
  ): Promise<Descriptor | undefined> {
    const path = this.parts.layout.referrer(repository, subject, digest);
    const shelf = {
      live: async () => this.records.get(path, () => readReferrerRecord(path)),
      rescue: () => this.parts.trash.rescue(repository, { kind: 'referrers', subject, digest }),
    };
    return lookFor(shelf, digest);
  }
}

function readReferrerRecord(path: string): Descriptor | undefined {
  const bytes = readSmallFile(path);
  return bytes && decodeReferrerRecord(bytes);
}

/** Estimates how many bytes of memory a descriptor takes. A character takes up to two. */
function bytesOfDescriptor({ annotations }: Descriptor): number {
  return BYTES_PER_DESCRIPTOR + (annotations ? 2 * JSON.stringify(annotations).length : 0);
}
