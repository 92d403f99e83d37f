import { unlink } from 'node:fs/promises';

import { byteOrder } from '../../domain/byte-order.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { TagStore, type TaggedManifest } from '../ports/tag-store.js';
import { type Durability } from './durability.js';
import { absentIfMissing, writing } from './fs-errors.js';
import { inTurns } from './in-turns.js';
import { type Layout } from './layout.js';
import { allNames } from './list-names.js';
import { type ManifestFiles } from './manifest-files.js';
import { readMetadata } from './metadata.js';
import { decodeTag } from './names.js';
import { decodeTagRecord } from './records.js';

/** Tags as files that say what they point to. */
export class FileTagStore extends TagStore {
  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
    private readonly manifests: ManifestFiles,
  ) {
    super();
  }

  override async resolve(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    return this.lookUp(repository, tag);
  }

  override async *list(repository: RepositoryName, after = ''): AsyncIterable<TagName> {
    const files = await allNames(this.layout.tags(repository));
    const tags = files.map(decodeTag).filter((tag) => tag !== undefined);
    const wanted = tags.filter((tag) => byteOrder(tag, after) > 0).sort(byteOrder);
    for await (const tag of inTurns(wanted)) {
      if ((await this.lookUp(repository, tag)) !== undefined) yield tag;
    }
  }

  override remove(repository: RepositoryName, tag: TagName): Promise<boolean> {
    return writing(async () => {
      const there = (await this.lookUp(repository, tag)) !== undefined;
      await unlink(this.layout.tag(repository, tag)).catch(absentIfMissing);
      if (there) await this.durability.syncDirectory(this.layout.tags(repository));
      return there;
    });
  }

  private async lookUp(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    const bytes = readMetadata(this.layout.tag(repository, tag));
    const record = bytes && decodeTagRecord(bytes);
    if (record === undefined) return undefined;
    // The size tells a manifest that is whole from one that a crash cut off.
    const size = await this.manifests.sizeOf(repository, record.digest);
    return size === record.size ? record : undefined;
  }
}
