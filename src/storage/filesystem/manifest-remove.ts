import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Durability } from './disk/durability.js';
import { type TagName } from '../../domain/reference.js';
import { type RemovedManifest } from '../ports/manifest-store.js';
import { ignoreNotFound } from '../../files/errors.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { type Layout } from './layout.js';
import { allNames } from './disk/list-names.js';
import { readSmallFile } from './disk/small-files.js';
import { decodeTag } from './names.js';
import { decodeTagRecord, identityOf } from './records.js';
import { type TagFile } from './tag-file.js';
import { type TagFiles } from './tag-files.js';

/** A tag that points to the manifest, and the identity of its record, which is different for every push. */
interface SeenTag {
  readonly tag: TagName;
  readonly identity: string;
}

/** A manifest to be removed. `remove` removes it from its place and from every pass, or throws. */
export interface ManifestRemoval {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly tags: TagFiles;
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly by?: string | undefined;
  readonly remove: () => Promise<boolean>;
}

/**
 * Removes a manifest with its tags, durably, after reading all tags of the repository. Resolves to what it removed, or to `undefined`
 * if the manifest did not exist.
 */
export async function removeManifest({
  layout,
  durability,
  tags,
  repository,
  digest,
  by,
  remove,
}: ManifestRemoval): Promise<RemovedManifest | undefined> {
  const seen = await tagsOf(layout.tags(repository), digest);
  // The referrer entry stays, and is ignored without the manifest: a concurrent push may have just written it.
  const found = await remove();
  const removed: TagName[] = [];
  for (const { tag, identity } of seen) {
    // A tag that was set again since stays.
    const isSame = (current: TagFile | undefined) => current?.identity === identity;
    if ((await tags.remove(repository, tag, by, isSame)) !== undefined) removed.push(tag);
  }
  const changed = [
    ...(found ? [dirname(layout.manifest(repository, digest))] : []),
    ...(seen.length > 0 ? [layout.tags(repository)] : []),
  ];
  for (const path of changed) await durability.syncDirectory(path).catch(ignoreNotFound);
  return found ? { tags: removed } : undefined;
}

async function tagsOf(directory: string, digest: Digest): Promise<SeenTag[]> {
  const seen: SeenTag[] = [];
  for await (const file of yieldEvery(await allNames(directory))) {
    const tag = decodeTag(file);
    const bytes = tag && readSmallFile(join(directory, file));
    if (tag === undefined || bytes === undefined) continue;
    if (decodeTagRecord(bytes)?.digest.equals(digest) !== true) continue;
    seen.push({ tag, identity: identityOf(bytes) });
  }
  return seen;
}
