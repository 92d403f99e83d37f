import {
  byteOrder,
  eventsOfPublication,
  eventsOfRemovedManifest,
  ManifestStore,
  RegistryError,
  RepositoryCatalog,
  requireTag,
  type Descriptor,
  type Digest,
  type Manifest,
  type ManifestRemovalOptions,
  type ManifestStat,
  type MovedTag,
  type OpenManifest,
  type Outbox,
  type Publication,
  type PublishResult,
  type RemovedManifest,
  type RepositoryName,
  type RequiredContent,
  type StoredManifest,
} from 'berth-registry';

import { type MapBlobStore } from './map-blobs.ts';
import { Tags } from './map-tags.ts';

export interface Entry {
  readonly digest: Digest;
  readonly manifest: Manifest;
  readonly referrer: Publication['referrer'];
}

/** The content of a repository, which exists from its first manifest on. */
export interface Repository {
  readonly manifests: Map<string, Entry>;
  readonly tags: Tags;
}

export type Published = Map<RepositoryName, Repository>;

export class MapManifestStore extends ManifestStore {
  private readonly published: Published;
  private readonly blobs: MapBlobStore;
  private readonly outbox: Outbox;
  private pushes = 0;

  constructor(published: Published, blobs: MapBlobStore, outbox: Outbox) {
    super();
    this.published = published;
    this.blobs = blobs;
    this.outbox = outbox;
  }

  override async stat(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    const found = this.find(repository, digest);
    return found && { mediaType: found.mediaType, size: found.bytes.byteLength };
  }

  override async read(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | undefined> {
    const found = this.find(repository, digest);
    return found && { mediaType: found.mediaType, bytes: found.bytes };
  }

  override async open(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<OpenManifest | undefined> {
    const found = this.find(repository, digest);
    return found && { mediaType: found.mediaType, content: found.bytes };
  }

  /** Publishes in one synchronous step, so no reader sees a part of it. Then it appends the events. */
  override async publish(
    repository: RepositoryName,
    publication: Publication,
  ): Promise<PublishResult> {
    const { manifest, digest, tags, requires, referrer, by } = publication;
    const missing = requires.filter((content) => !this.has(repository, content));
    if (missing.length > 0) {
      const digests = new Map(missing.map((content) => [`${content.digest}`, content.digest]));
      throw new RegistryError('manifest-blob-unknown', 'content is missing', [...digests.values()]);
    }
    const home = this.published.get(repository) ?? { manifests: new Map(), tags: new Tags() };
    for (const tag of tags) requireTag(publication, tag, home.tags.get(tag)?.digest);
    const isNewRepository = !this.published.has(repository);
    this.published.set(repository, home);
    // Copies the bytes, because the caller may reuse their memory.
    const bytes = new Uint8Array(manifest.bytes);
    const created = !home.manifests.has(digest.toString());
    home.manifests.set(digest.toString(), { digest, manifest: { ...manifest, bytes }, referrer });
    const moved: MovedTag[] = [];
    const { mediaType } = manifest;
    const target = { digest, mediaType, size: bytes.byteLength, pushedAt: Date.now() };
    for (const tag of tags) {
      const [before, from] = [home.tags.get(tag), home.tags.leaves(tag, digest)];
      if (before === undefined || from !== undefined) moved.push({ tag, ...(from && { from }) });
      home.tags.set(tag, { ...target, ...(by !== undefined && { by }) });
    }
    const push = `push-${++this.pushes}`;
    const changes = { moved, isNewRepository, isPublished: true, push };
    await this.outbox.append(eventsOfPublication(repository, publication, changes));
    return { created, moved };
  }

  /** Removes in one synchronous step, so no index can be published in between. */
  override async remove(
    repository: RepositoryName,
    digest: Digest,
    options: ManifestRemovalOptions = {},
  ): Promise<RemovedManifest | undefined> {
    const { by, unlessListed } = options;
    const home = this.published.get(repository);
    if (home?.manifests.has(digest.toString()) !== true) return undefined;
    if (unlessListed !== undefined) {
      const index = findIndex(home, digest, unlessListed.keepUntagged);
      if (index !== undefined) throw new RegistryError('denied', `the index ${index} lists it`);
    }
    const tags = home.tags.of(digest);
    for (const tag of tags) home.tags.remove(tag, { ...(by !== undefined && { by }) });
    home.manifests.delete(digest.toString());
    await this.outbox.append(eventsOfRemovedManifest(repository, digest, tags, options));
    return { tags };
  }

  override async *referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
  ): AsyncIterable<Descriptor> {
    const entries = this.published.get(repository)?.manifests ?? new Map<string, Entry>();
    for (const key of sortedAfter(entries.keys(), after?.toString())) {
      const referrer = entries.get(key)?.referrer;
      if (referrer?.subject.equals(subject) === true) yield referrer.descriptor;
    }
  }

  override async *digests(repository: RepositoryName): AsyncIterable<Digest> {
    const entries = this.published.get(repository)?.manifests.values() ?? [];
    for (const { digest } of [...entries]) yield digest;
  }

  private find(repository: RepositoryName, digest: Digest): Manifest | undefined {
    return this.published.get(repository)?.manifests.get(digest.toString())?.manifest;
  }

  private has(repository: RepositoryName, { digest, as }: RequiredContent): boolean {
    if (this.blobs.find(repository, digest) !== undefined) return true;
    return as === 'manifest-or-blob' && this.find(repository, digest) !== undefined;
  }
}

/** Returns a reachable index that lists the manifest. */
function findIndex(home: Repository, digest: Digest, keepUntagged: boolean): Digest | undefined {
  return parents(home, digest)
    .filter((index) => !index.equals(digest))
    .find((index) => keepUntagged || isReachable(home, index));
}

/** Whether a tag leads to the manifest, directly, through indexes, or from the subject of a referrer. */
function isReachable(home: Repository, digest: Digest): boolean {
  if (home.tags.of(digest).length > 0) return true;
  const subject = home.manifests.get(digest.toString())?.referrer?.subject;
  const above = subject === undefined ? parents(home, digest) : [...parents(home, digest), subject];
  return above.some((one) => isReachable(home, one));
}

/** Returns the indexes that list the manifest. */
export function parents(home: Repository, digest: Digest): Digest[] {
  const lists = ({ manifest }: Entry) =>
    manifest.manifests.some((one) => one.digest.equals(digest));
  return [...home.manifests.values()].filter(lists).map((entry) => entry.digest);
}

export class MapRepositoryCatalog extends RepositoryCatalog {
  private readonly published: Published;

  constructor(published: Published) {
    super();
    this.published = published;
  }

  override async has(repository: RepositoryName): Promise<boolean> {
    return this.published.has(repository);
  }

  override async *list(after?: string): AsyncIterable<RepositoryName> {
    yield* sortedAfter(this.published.keys(), after);
  }
}

export function sortedAfter<T extends string>(names: Iterable<T>, after: string | undefined): T[] {
  const found =
    after === undefined ? [...names] : [...names].filter((name) => byteOrder(name, after) > 0);
  return found.sort(byteOrder);
}
