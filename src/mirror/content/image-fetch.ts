import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { RegistryError } from '../../domain/errors.js';
import {
  DOCKER_IMAGE,
  DOCKER_LIST,
  isNonDistributable,
  OCI_IMAGE,
  OCI_INDEX,
} from '../../domain/media-type.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  platformText,
  summarize,
  type EntrySummary,
  type ManifestSummary,
} from '../../inspect/manifests/manifest-summary.js';
import { type ManifestStore, type StoredManifest } from '../../storage/ports/manifest-store.js';
import { type BlobFetch } from './blob-fetch.js';
import { type ManifestFetch } from './manifest-fetch.js';
import { type MirroredRepository } from './mirror.js';
import { type Mirrors } from './mirrors.js';
import { type NamedBlobs } from './named-blobs.js';
import { upstreamTags } from './remote-lists.js';
import { type TagResolver } from './tag-resolver.js';

const MANIFESTS: readonly string[] = [OCI_IMAGE, DOCKER_IMAGE, OCI_INDEX, DOCKER_LIST];

/** How deep an index can be within others. */
const MAX_DEPTH = 4;

/** A tag whose record is older is set again, so that the eviction sees that the image is wanted. In milliseconds. */
const RENEWED_AFTER_MS = 86_400_000;

/** How images are fetched. */
export interface ImageParts {
  readonly resolver: TagResolver;
  readonly fetch: ManifestFetch;
  readonly blobs: BlobFetch;
  readonly named: NamedBlobs;
}

/** Which parts of images are wanted. */
export interface WantedParts {
  /** Such as `linux/arm64`; empty: all platforms, and what has no platform. */
  readonly platforms: readonly string[];
  /** Ends the work. */
  readonly signal: AbortSignal;
}

/** One fetch of an image. */
interface Fetching extends WantedParts {
  /** The manifests that were fetched with all they lead to: an index may name one a thousand times, and be named as often itself. */
  readonly done: Set<string>;
}

/** A manifest that is stored with all blobs that it names. */
export interface StoredPart {
  readonly digest: Digest;
  readonly platform?: string;
  /** How many bytes came from the upstream. */
  readonly fetchedBytes: number;
}

/** Fetches whole images from upstreams, without a client. */
export class ImageFetch {
  constructor(
    private readonly mirrors: Mirrors,
    private readonly manifests: ManifestStore,
    private readonly parts: ImageParts,
  ) {}

  /** Yields all tags that the upstream has. @param repository its name in this registry @throws RemoteFailure */
  tags(repository: RepositoryName): AsyncGenerator<TagName> {
    return upstreamTags(this.place(repository));
  }

  /**
   * Stores what a tag points to, and yields each manifest as soon as it is stored with its blobs.
   *
   * @throws RemoteFailure, WrongContent, RegistryError, or the reason of the signal
   */
  async *store(
    repository: RepositoryName,
    tag: TagName,
    wanted: WantedParts,
  ): AsyncGenerator<StoredPart> {
    wanted.signal.throwIfAborted();
    const place = this.place(repository);
    const found = await this.parts.resolver.refresh(place, tag, {
      inTurn: true,
      renewAfterMs: Math.min(RENEWED_AFTER_MS, (place.mirror.plan.keep.unusedMs ?? Infinity) / 2),
    });
    if (found === undefined) throw missing(place, 'the tag');
    const fetching = { ...wanted, done: new Set<string>() };
    yield* this.storeManifest(place, { digest: found.digest }, fetching, 0);
  }

  private place(repository: RepositoryName): MirroredRepository {
    const place = this.mirrors.of(repository);
    if (place === undefined) throw new Error(`${repository} does not belong to a mirror`);
    return { ...place, mayAsk: () => true };
  }

  private async *storeManifest(
    place: MirroredRepository,
    { digest, platform }: Pick<EntrySummary, 'digest' | 'platform'>,
    wanted: Fetching,
    depth: number,
  ): AsyncGenerator<StoredPart> {
    wanted.signal.throwIfAborted();
    if (wanted.done.has(`${digest}`)) return;
    const stored = await this.manifests.read(place.repository, digest);
    const manifest = stored ?? (await this.fetched(place, digest));
    const summary = summarize(manifest.bytes);
    const bytes = stored === undefined ? manifest.bytes.byteLength : 0;
    const about = { digest, ...(platform && { platform: platformText(platform) }) };
    if (summary.kind === 'image' || depth < MAX_DEPTH) wanted.done.add(`${digest}`);
    if (summary.kind === 'image') {
      this.parts.named.pull(place.repository, digest, summary.mediaType);
      yield { ...about, fetchedBytes: bytes + (await this.storeBlobs(place, summary, wanted)) };
      return;
    }
    yield { ...about, fetchedBytes: bytes };
    if (depth === MAX_DEPTH) return;
    for (const entry of chosen(summary.entries, wanted.platforms)) {
      if (MANIFESTS.includes(entry.mediaType)) {
        yield* this.storeManifest(place, entry, wanted, depth + 1);
      } else await this.storeBlob(place, entry, wanted);
    }
  }

  private async fetched(place: MirroredRepository, digest: Digest): Promise<StoredManifest> {
    this.parts.fetch.forget(place, digest);
    const found = await this.parts.fetch.get(place, digest);
    if (found === undefined) throw missing(place, `the manifest ${digest}`);
    await this.requireStored(place, digest);
    return found;
  }

  /** A client gets a manifest also if it cannot be stored. */
  private async requireStored({ repository }: MirroredRepository, digest: Digest): Promise<void> {
    if ((await this.manifests.stat(repository, digest)) !== undefined) return;
    const message = `the manifest ${digest} was not stored: the storage is full, or the manifest is of a kind that is only passed on`;
    throw new RegistryError('manifest-invalid', message);
  }

  /** Resolves to how many bytes came from the upstream. */
  private async storeBlobs(
    place: MirroredRepository,
    { config, layers }: ManifestSummary,
    wanted: WantedParts,
  ): Promise<number> {
    const blobs = [...(config === undefined ? [] : [config]), ...layers];
    let bytes = 0;
    // One after the other, so that clients have the other connections.
    for (const blob of blobs) {
      if (!isNonDistributable(blob.mediaType)) bytes += await this.storeBlob(place, blob, wanted);
    }
    return bytes;
  }

  private async storeBlob(
    place: MirroredRepository,
    blob: Descriptor,
    { signal }: WantedParts,
  ): Promise<number> {
    this.parts.blobs.forget(place, blob.digest);
    const bytes = await this.parts.blobs.store(place, blob, signal);
    if (bytes === undefined) throw missing(place, `the blob ${blob.digest}`);
    return bytes;
  }
}

/** Returns the entries for the platforms. @throws RegistryError `manifest-unknown` if the index has no image for any of them */
function chosen(
  entries: readonly EntrySummary[],
  platforms: readonly string[],
): readonly EntrySummary[] {
  if (platforms.length === 0) return entries;
  const found = entries.filter(({ platform }) => {
    const text = platform && platformText(platform);
    return platforms.some((one) => text === one || text?.startsWith(`${one}/`) === true);
  });
  if (found.length > 0) return found;
  const message = `the index has no image for ${platforms.join(' or ')}`;
  throw new RegistryError('manifest-unknown', message);
}

function missing({ mirror, remote }: MirroredRepository, what: string): RegistryError {
  const message = `${mirror.plan.url.host} does not have ${what} of ${remote}`;
  return new RegistryError('manifest-unknown', message);
}
