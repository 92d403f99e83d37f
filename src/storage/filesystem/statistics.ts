import { type RepositoryName } from '../../domain/repository-name.js';
import { type StorageSnapshot } from '../ports/statistics.js';
import { GarbageStatistics, type StatisticsParts } from '../protocol/collect/garbage-statistics.js';
import { type TagTarget } from '../protocol/collect/garbage-store.js';
import { listNames } from './disk/list-names.js';
import { type Layout } from './layout.js';
import { decodeTag } from './names.js';
import { SnapshotFile } from './snapshot-file.js';
import { type TagRecords } from './tag-records.js';

export interface FileStatisticsParts extends StatisticsParts {
  readonly layout: Layout;
  readonly records: TagRecords;
}

/** Keeps the snapshot in a file. */
export class FileStatistics extends GarbageStatistics {
  private readonly layout: Layout;
  private readonly records: TagRecords;
  private readonly file: SnapshotFile;

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

  protected override async *tags(
    repository: RepositoryName,
  ): AsyncIterable<Pick<TagTarget, 'tag' | 'digest'>> {
    for await (const name of listNames(this.layout.tags(repository))) {
      const tag = decodeTag(name);
      const record = tag && this.records.at(this.layout.tag(repository, tag));
      if (tag !== undefined && record !== undefined) yield { tag, digest: record.digest };
    }
  }
}
