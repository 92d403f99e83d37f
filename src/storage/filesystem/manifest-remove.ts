import { link, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Durability } from './durability.js';
import { absentIfMissing, finds, hasCode } from './fs-errors.js';
import { type Layout } from './layout.js';
import { breathe, readMetadata } from './metadata.js';
import { decodeTag, temporaryName } from './names.js';
import { decodeTagRecord } from './records.js';

const TAGS_A_TURN = 100;

/** A tag's file, and which file it was when it was seen to point to the manifest. */
interface SeenTag {
  readonly path: string;
  readonly inode: bigint;
}

/**
 * Removes a manifest with its tags, durably. Answers whether it was there.
 *
 * The one operation that costs O(tags of the repository). The manifest's entry among the referrers of its subject stays
 * and counts for nothing without it: removed here, it could be the one that a push at the same time has just written.
 */
export async function removeManifest(
  layout: Layout,
  durability: Durability,
  repository: RepositoryName,
  digest: Digest,
): Promise<boolean> {
  const tags = await tagsOf(layout, repository, digest);
  const manifest = layout.manifest(repository, digest);
  const removed = await finds(unlink(manifest));
  const changed = removed ? [dirname(manifest)] : [];
  for (const tag of tags) await removeIfSame(tag);
  if (tags.length > 0) changed.push(layout.tags(repository));
  for (const path of changed) await durability.syncDirectory(path).catch(absentIfMissing);
  return removed;
}

async function tagsOf(
  layout: Layout,
  repository: RepositoryName,
  digest: Digest,
): Promise<SeenTag[]> {
  const seen: SeenTag[] = [];
  const files = (await readdir(layout.tags(repository)).catch(absentIfMissing)) ?? [];
  for (const [index, file] of files.entries()) {
    if (decodeTag(file) === undefined) continue;
    const path = join(layout.tags(repository), file);
    const inode = await inodeOf(path);
    const bytes = readMetadata(path);
    const record = bytes && decodeTagRecord(bytes);
    if (inode !== undefined && record?.digest.equals(digest) === true) seen.push({ path, inode });
    if (index % TAGS_A_TURN === TAGS_A_TURN - 1) await breathe();
  }
  return seen;
}

/**
 * Removes a tag unless it was set anew since it was seen.
 *
 * It is moved away first and looked at then, since between a look and an unlink another tag could take the name.
 */
async function removeIfSame({ path, inode }: SeenTag): Promise<void> {
  if ((await inodeOf(path)) !== inode) return;
  const aside = join(dirname(path), temporaryName());
  if (!(await finds(rename(path, aside)))) return;
  if ((await inodeOf(aside)) !== inode) {
    await link(aside, path).catch((error: unknown) => {
      // Set once more meanwhile: that is the newer one.
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
  await unlink(aside);
}

async function inodeOf(path: string): Promise<bigint | undefined> {
  return (await stat(path, { bigint: true }).catch(absentIfMissing))?.ino;
}
