import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { byteOrder } from '../../domain/byte-order.js';
import { type Storage } from '../../storage/ports/storage.js';
import { purposeOfDescriptor, type Purpose } from './purpose.js';

/** How deep a tree of referrers is followed, and how many it has at most. */
const MAX_DEPTH = 4;
const MAX_REFERRERS = 200;

/** How many tags and indexes are named at most. */
const MAX_HOLDERS = 1_000;

export interface ReferrerNode extends Descriptor {
  readonly purpose: Purpose;
  readonly referrers: readonly ReferrerNode[];
}

export interface ReferrerTree {
  readonly referrers: readonly ReferrerNode[];
  /** Whether there are more than the tree has. */
  readonly more: boolean;
}

/** Who leads to a manifest within its repository. */
export interface Holders {
  readonly tags: readonly TagName[];
  readonly indexes: readonly Digest[];
  /** Whether there are more. */
  readonly more: boolean;
}

/** Resolves to the referrers of a manifest, with their own referrers: at most 200, and 4 levels. */
export async function referrerTree(
  { manifests }: Pick<Storage, 'manifests'>,
  repository: RepositoryName,
  subject: Digest,
): Promise<ReferrerTree> {
  const budget = { left: MAX_REFERRERS, more: false };
  const below = async (parent: Digest, depth: number): Promise<ReferrerNode[]> => {
    const found: Descriptor[] = [];
    for await (const descriptor of manifests.referrers(repository, parent)) {
      const isCut = budget.left <= 0 || depth > MAX_DEPTH;
      budget.more ||= isCut;
      if (isCut) break;
      budget.left--;
      found.push(descriptor);
    }
    const nodes: ReferrerNode[] = [];
    for (const descriptor of found) {
      const purpose = purposeOfDescriptor(descriptor) ?? 'artifact';
      nodes.push({ ...descriptor, purpose, referrers: await below(descriptor.digest, depth + 1) });
    }
    return nodes;
  };
  return { referrers: await below(subject, 1), more: budget.more };
}

/** Resolves to the tags that point to a manifest and the indexes that list it, in byte order: at most 1,000 in all. */
export async function holdersOf(
  { statistics }: Pick<Storage, 'statistics'>,
  repository: RepositoryName,
  digest: Digest,
): Promise<Holders> {
  const tags: TagName[] = [];
  const indexes: Digest[] = [];
  let more = false;
  for await (const holder of statistics.holders(repository, digest)) {
    more = tags.length + indexes.length >= MAX_HOLDERS;
    if (more) break;
    if ('tag' in holder) tags.push(holder.tag);
    else indexes.push(holder.index);
  }
  indexes.sort((left, right) => byteOrder(left.toString(), right.toString()));
  return { tags: tags.sort(byteOrder), indexes, more };
}
