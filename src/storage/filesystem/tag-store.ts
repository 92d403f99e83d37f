import { type Page } from '../../domain/page.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import {
  TagStore,
  type RemovedTagName,
  type TagChange,
  type TaggedManifest,
  type TagRemovalOptions,
} from '../ports/tag-store.js';
import { type Outbox } from '../ports/outbox.js';
import { eventOfRemovedTag } from '../protocol/change-events.js';
import { type Durability } from './disk/durability.js';
import { mapDiskFull } from './disk/fs-errors.js';
import { listNames } from './disk/list-names.js';
import { statOfFile } from './disk/small-files.js';
import { requireExpected } from '../protocol/tag-conditions.js';
import { Turns, yieldEvery } from '../protocol/yield-every.js';
import { type Layout } from './layout.js';
import { decodeTag } from './names.js';
import { type StoredFiles } from './stored-files.js';
import { type TagFiles } from './tag-files.js';
import { type TagRecords } from './tag-records.js';
import { TagNames, type VerifiedTags } from './tag-names.js';

/** How long the look-up of a tag takes, compared with the microsecond of an item. */
const LOOK_UP_IN_ITEMS = 20;

/** The parts of the storage that tags need. */
export interface TagStoreParts {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly files: StoredFiles;
  readonly tagFiles: TagFiles;
  readonly records: TagRecords;
  readonly outbox: Outbox;
}

/** Stores each tag as a file that names its manifest. */
export class FileTagStore extends TagStore {
  private readonly names: TagNames;

  constructor(private readonly parts: TagStoreParts) {
    super();
    this.names = new TagNames(parts.layout);
  }

  override async resolve(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    const record = this.parts.records.at(this.parts.layout.tag(repository, tag));
    if (record === undefined) return undefined;
    // A manifest that a crash left incomplete has another size.
    const manifest = await this.parts.files.find(repository, 'manifests', record.digest);
    return manifest?.size === record.size ? record : undefined;
  }

  override async *list(repository: RepositoryName, after = ''): AsyncIterable<TagName> {
    const { names, from, verified } = await this.names.after(repository, after);
    for await (const tag of yieldEvery(names, from)) {
      if (verified.has(tag) || (await this.verify(repository, tag, verified))) yield tag;
    }
  }

  override async page(
    repository: RepositoryName,
    after: string | undefined,
    limit: number,
  ): Promise<Page<TagName>> {
    const items: TagName[] = [];
    if (limit === 0) return { items, more: false };
    const { names, from, verified } = await this.names.after(repository, after ?? '');
    const turns = new Turns();
    for (let index = from; index < names.length; index++) {
      const tag = names[index] as TagName;
      if (!verified.has(tag)) {
        await turns.afterItems(LOOK_UP_IN_ITEMS);
        if (!(await this.verify(repository, tag, verified))) continue;
      }
      if (items.length === limit) return { items, more: true };
      items.push(tag);
    }
    return { items, more: false };
  }

  /** Resolves to whether a tag has a manifest, and remembers it if so. */
  private async verify(
    repository: RepositoryName,
    tag: TagName,
    verified: VerifiedTags,
  ): Promise<boolean> {
    const found = await this.resolve(repository, tag);
    if (found === undefined) return false;
    verified.add(tag, found.digest);
    return true;
  }

  override remove(
    repository: RepositoryName,
    tag: TagName,
    options: TagRemovalOptions = {},
  ): Promise<boolean> {
    const { by, expects } = options;
    return mapDiskFull(async () => {
      const found = await this.resolve(repository, tag);
      const removed = await this.parts.tagFiles.remove(repository, tag, by, (current) => {
        requireExpected(tag, expects, current?.record?.digest);
        return true;
      });
      if (removed !== undefined) {
        await this.parts.durability.syncDirectory(this.parts.layout.tags(repository));
      }
      if (found === undefined || removed === undefined) return false;
      const digest = removed.record?.digest ?? found.digest;
      await this.parts.outbox.append([eventOfRemovedTag(repository, tag, digest, options)]);
      return true;
    });
  }

  override async *history(repository: RepositoryName, tag: TagName): AsyncIterable<TagChange> {
    yield* this.parts.tagFiles.changes(repository, tag);
  }

  override async *removed(repository: RepositoryName): AsyncIterable<RemovedTagName> {
    const { layout } = this.parts;
    for await (const name of listNames(layout.history(repository))) {
      const tag = decodeTag(name);
      if (tag === undefined || statOfFile(layout.tag(repository, tag)) !== undefined) continue;
      // The removal was the last line that was written. Clocks of disks are a little behind, so that a second is added.
      const written = statOfFile(layout.tagHistory(repository, tag))?.mtimeMs;
      if (written !== undefined) yield { tag, at: Math.ceil(written) + 1_000 };
    }
  }
}
