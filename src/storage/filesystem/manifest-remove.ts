import { link, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Durability } from './disk/durability.js';
import { ignoreNotFound, hasCode } from '../../files/errors.js';
import { succeedsIfPresent } from './disk/fs-errors.js';
import { yieldEvery } from '../protocol/yield-every.js';
import { type Layout } from './layout.js';
import { allNames } from './disk/list-names.js';
import { readSmallFile } from './disk/small-files.js';
import { decodeTag } from './names.js';
import { nameAside } from './disk/temporary-names.js';
import { decodeTagRecord } from './records.js';

/** The file of a tag that points to the manifest, and its bytes, which are different for every push. */
interface SeenTag {
  readonly file: string;
  readonly bytes: Buffer;
}

/** A manifest to be removed. `remove` removes it from its place and from every pass, or throws. */
export interface ManifestRemoval {
  readonly layout: Layout;
  readonly durability: Durability;
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly remove: () => Promise<boolean>;
}

/**
 * Removes a manifest with its tags, durably, after reading all tags of the repository. Resolves to whether the manifest existed.
 */
export async function removeManifest({
  layout,
  durability,
  repository,
  digest,
  remove,
}: ManifestRemoval): Promise<boolean> {
  const directory = layout.tags(repository);
  const tags = await tagsOf(directory, digest);
  const manifest = layout.manifest(repository, digest);
  // The referrer entry stays, and is ignored without the manifest: a concurrent push may have just written it.
  const removed = await remove();
  for (const tag of tags) await removeIfSame(directory, tag);
  const changed = [
    ...(removed ? [dirname(manifest)] : []),
    ...(tags.length > 0 ? [directory] : []),
  ];
  for (const path of changed) await durability.syncDirectory(path).catch(ignoreNotFound);
  return removed;
}

async function tagsOf(directory: string, digest: Digest): Promise<SeenTag[]> {
  const seen: SeenTag[] = [];
  for await (const file of yieldEvery(await allNames(directory))) {
    if (decodeTag(file) === undefined) continue;
    const bytes = readSmallFile(join(directory, file));
    if (bytes && decodeTagRecord(bytes)?.digest.equals(digest) === true) seen.push({ file, bytes });
  }
  return seen;
}

/** Removes a tag unless it was changed after it was read. Moves its file aside before comparing it. */
async function removeIfSame(directory: string, { file, bytes }: SeenTag): Promise<void> {
  const path = join(directory, file);
  if (readSmallFile(path)?.equals(bytes) !== true) return;
  // The tag could be set again between a comparison and an `unlink`. If the process dies, `Tidy` restores the file by its name.
  const aside = join(directory, nameAside(file));
  if (!(await succeedsIfPresent(rename(path, aside)))) return;
  if (readSmallFile(aside)?.equals(bytes) !== true) await putBack(aside, path);
  await unlink(aside);
}

/** Gives a tag its name again, unless the tag was set meanwhile. */
export async function putBack(aside: string, path: string): Promise<void> {
  await link(aside, path).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST', 'ENOENT')) throw error;
  });
}
