import {
  ContentSizes,
  Statistics,
  type Digest,
  type ListedTag,
  type ManifestHolder,
  type RepositoryFigures,
  type RepositoryName,
  type SizedTag,
  type StorageSnapshot,
} from 'berth-registry';

import { type MapBlobStore } from './map-blobs.ts';
import { parents, type Published, type Repository } from './map-manifests.ts';

/** Counts in the Maps. Only a collector saves a snapshot, so this storage never has one. */
export class MapStatistics extends Statistics {
  private readonly published: Published;
  private readonly blobs: MapBlobStore;
  private saved: StorageSnapshot | undefined;

  constructor(published: Published, blobs: MapBlobStore) {
    super();
    this.published = published;
    this.blobs = blobs;
  }

  override async measure(repository: RepositoryName): Promise<RepositoryFigures | undefined> {
    const home = this.published.get(repository);
    if (home === undefined) return undefined;
    const manifests = [...home.manifests.values()].map(({ manifest }) => manifest.bytes.byteLength);
    const blobs = this.blobs.all(repository);
    const shared = blobs.filter(({ isShared }) => isShared).map(({ size }) => size);
    const own = blobs.filter(({ isShared }) => !isShared).map(({ size }) => size);
    const [sharedBytes, uniqueBytes] = [sum(shared), sum([...manifests, ...own])];
    const tags = home.tags.names();
    const last = tags
      .map((tag) => home.tags.get(tag))
      .filter((target) => target !== undefined)
      .toSorted((one, other) => one.pushedAt - other.pushedAt)
      .at(-1);
    return {
      tags: tags.length,
      manifests: manifests.length,
      blobs: blobs.length,
      logicalBytes: uniqueBytes + sharedBytes,
      uniqueBytes,
      sharedBytes,
      ...(last && { lastPushedAt: last.pushedAt }),
      ...(last?.by !== undefined && { lastPushedBy: last.by }),
    };
  }

  override async *holders(
    repository: RepositoryName,
    digests: readonly Digest[],
  ): AsyncIterable<ManifestHolder> {
    const home = this.published.get(repository);
    if (home === undefined) return;
    const wanted = new Map(digests.map((digest) => [digest.toString(), digest]));
    for (const held of wanted.values()) {
      for (const tag of home.tags.of(held)) yield { held, tag };
      for (const index of parents(home, held)) yield { held, index };
    }
  }

  override async *tags(repository: RepositoryName): AsyncIterable<ListedTag> {
    const tags = this.published.get(repository)?.tags;
    for (const tag of tags?.names() ?? []) {
      const target = tags?.get(tag);
      if (target === undefined) continue;
      const { digest, pushedAt, by } = target;
      yield { tag, digest, pushedAt, ...(by !== undefined && { by }) };
    }
  }

  override async *sizedTags(repository: RepositoryName): AsyncIterable<SizedTag> {
    const home = this.published.get(repository);
    if (home === undefined) return;
    for await (const tag of this.tags(repository)) {
      const sizes = new ContentSizes();
      if (addSizes(home, tag.digest, sizes)) yield { ...tag, totalBytes: sizes.total };
    }
  }

  override async *untagged(repository: RepositoryName): AsyncIterable<Digest> {
    const home = this.published.get(repository);
    if (home === undefined) return;
    for (const { digest } of home.manifests.values()) {
      if (!isTagged(home, digest)) yield digest;
    }
  }

  override async snapshot(): Promise<StorageSnapshot | undefined> {
    return this.saved;
  }

  override async save(snapshot: StorageSnapshot): Promise<void> {
    this.saved = snapshot;
  }
}

/** Whether a tag leads to the manifest, directly or through indexes. */
function isTagged(home: Repository, digest: Digest): boolean {
  if (home.tags.of(digest).length > 0) return true;
  return parents(home, digest).some((index) => isTagged(home, index));
}

/** Adds a manifest and all that it names, as far as the repository has it. Returns whether it has the manifest. */
function addSizes(home: Repository, digest: Digest, sizes: ContentSizes): boolean {
  const manifest = home.manifests.get(digest.toString())?.manifest;
  if (manifest === undefined) return false;
  sizes.addManifest(digest, { ...manifest, size: manifest.bytes.byteLength });
  for (const entry of manifest.manifests) addSizes(home, entry.digest, sizes);
  return true;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
