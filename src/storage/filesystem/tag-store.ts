import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  TagStore,
  type TagChange,
  type TaggedManifest,
  type TagRemovalOptions,
} from '../ports/tag-store.js';
import { type Durability } from './disk/durability.js';
import { mapDiskFull } from './disk/fs-errors.js';
import { requireExpected } from '../protocol/tag-conditions.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { type Layout } from './layout.js';
import { type StoredFiles } from './stored-files.js';
import { type TagFiles } from './tag-files.js';
import { type TagRecords } from './tag-records.js';
import { TagNames } from './tag-names.js';

/** Stores each tag as a file that names its manifest. */
export class FileTagStore extends TagStore {
  private readonly names: TagNames;

  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
    private readonly files: StoredFiles,
    private readonly tags: TagFiles,
    private readonly records: TagRecords,
  ) {
    super();
    this.names = new TagNames(layout);
  }

  override async resolve(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    return this.lookUp(repository, tag);
  }

  override async *list(repository: RepositoryName, after = ''): AsyncIterable<TagName> {
    const { names, from, verified } = await this.names.after(repository, after);
    for await (const tag of yieldEvery(names, from)) {
      if (!verified.has(tag)) {
        if ((await this.lookUp(repository, tag)) === undefined) continue;
        verified.add(tag);
      }
      yield tag;
    }
  }

  override remove(
    repository: RepositoryName,
    tag: TagName,
    { by, expects }: TagRemovalOptions = {},
  ): Promise<boolean> {
    return mapDiskFull(async () => {
      const there = (await this.lookUp(repository, tag)) !== undefined;
      const removed = await this.tags.remove(repository, tag, by, (current) => {
        requireExpected(tag, expects, current?.record?.digest);
        return true;
      });
      if (removed !== undefined) {
        await this.durability.syncDirectory(this.layout.tags(repository));
      }
      return there && removed !== undefined;
    });
  }

  override async *history(repository: RepositoryName, tag: TagName): AsyncIterable<TagChange> {
    yield* this.tags.changes(repository, tag);
  }

  private async lookUp(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    const record = this.records.at(this.layout.tag(repository, tag));
    if (record === undefined) return undefined;
    // A manifest that a crash left incomplete has another size.
    const manifest = await this.files.find(repository, 'manifests', record.digest);
    return manifest?.size === record.size ? record : undefined;
  }
}
