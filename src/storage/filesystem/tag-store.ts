import { readdir, unlink } from 'node:fs/promises';

import { byteOrder } from '../../domain/byte-order.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { TagStore, type TaggedManifest } from '../ports/tag-store.js';
import { type Durability } from './durability.js';
import { absentIfMissing, writing } from './fs-errors.js';
import { type Layout } from './layout.js';
import { type ManifestFiles } from './manifest-files.js';
import { breathe, readMetadata } from './metadata.js';
import { decodeTag } from './names.js';
import { decodeTagRecord } from './records.js';

/** Tags looked at before the event loop gets a turn. */
const TAGS_A_TURN = 100;

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
    const files = (await readdir(this.layout.tags(repository)).catch(absentIfMissing)) ?? [];
    const tags = files.map(decodeTag).filter((tag) => tag !== undefined);
    const wanted = tags.filter((tag) => byteOrder(tag, after) > 0).sort(byteOrder);
    for (const [index, tag] of wanted.entries()) {
      if ((await this.lookUp(repository, tag)) !== undefined) yield tag;
      if (index % TAGS_A_TURN === TAGS_A_TURN - 1) await breathe();
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
