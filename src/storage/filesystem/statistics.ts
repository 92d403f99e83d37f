import { DIGEST_ALGORITHMS } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ListedTag, type SizedTag, type StorageSnapshot } from '../ports/statistics.js';
import {
  GarbageStatistics,
  ITEMS_PER_TAG,
  type StatisticsParts,
} from '../protocol/collect/garbage-statistics.js';
import { bytesOfKnown } from '../protocol/collect/known-links.js';
import { type LinkedManifest } from '../protocol/collect/repository-listings.js';
import { listedTag } from '../protocol/listed-tag.js';
import { Turns } from '../protocol/yield-every.js';
import { CachedListing } from './disk/cached-listing.js';
import { listNames } from './disk/list-names.js';
import { type Layout } from './layout.js';
import { decodeTag } from './names.js';
import { SnapshotFile } from './snapshot-file.js';
import { type TagRecords } from './tag-records.js';

export interface FileStatisticsParts extends StatisticsParts {
  readonly layout: Layout;
  readonly records: TagRecords;
}

/** How much memory the tags, their sizes and the links of manifests take each, in bytes for all repositories. Items are estimates. */
const MAX_BYTES = 16 * 1024 ** 2;
const BYTES_PER_TAG = 400;
const BYTES_PER_MANIFEST = 200;

/** Keeps the snapshot in a file, and what repositories have in memory as long as their directories do not change. */
export class FileStatistics extends GarbageStatistics {
  private readonly layout: Layout;
  private readonly records: TagRecords;
  private readonly file: SnapshotFile;
  private readonly listedTags = new CachedListing<ListedTag>({
    maxBytes: MAX_BYTES,
    bytesOf: () => BYTES_PER_TAG,
  });
  private readonly listedLinks = new CachedListing<LinkedManifest>({
    maxBytes: MAX_BYTES,
    bytesOf: (manifest) => BYTES_PER_MANIFEST + bytesOfKnown(manifest),
  });

  private readonly listedSizes = new CachedListing<SizedTag>({
    maxBytes: MAX_BYTES,
    bytesOf: () => BYTES_PER_TAG,
  });

  constructor(parts: FileStatisticsParts) {
    super(parts);
    this.layout = parts.layout;
    this.records = parts.records;
    this.file = new SnapshotFile(parts.layout.snapshot);
  }

  override snapshot(): Promise<StorageSnapshot | undefined> {
    return this.file.read();
  }

  override save(snapshot: StorageSnapshot): Promise<void> {
    return this.file.write(snapshot);
  }

  override tags(repository: RepositoryName): AsyncIterable<ListedTag> {
    const directory = this.layout.tags(repository);
    return this.listedTags.list([directory], () => this.readTags(repository, directory));
  }

  override sizedTags(repository: RepositoryName): AsyncIterable<SizedTag> {
    const directories = [...this.manifests(repository), this.layout.tags(repository)];
    return this.listedSizes.list(directories, () => super.sizedTags(repository));
  }

  override links(repository: RepositoryName): AsyncIterable<LinkedManifest> {
    const directories = this.manifests(repository);
    return this.listedLinks.list(directories, () => super.links(repository));
  }

  private manifests(repository: RepositoryName): string[] {
    return DIGEST_ALGORITHMS.map((algorithm) => this.layout.manifestsBy(repository, algorithm));
  }

  private async *readTags(repository: RepositoryName, directory: string): AsyncIterable<ListedTag> {
    const turns = new Turns();
    for await (const name of listNames(directory)) {
      const tag = decodeTag(name);
      const record = tag && this.records.at(this.layout.tag(repository, tag));
      await turns.afterItems(ITEMS_PER_TAG);
      if (tag === undefined || record === undefined) continue;
      yield listedTag(tag, record);
    }
  }
}
