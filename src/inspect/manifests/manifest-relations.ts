import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { byteOrder } from '../../domain/byte-order.js';
import { type ManifestHolder } from '../../storage/ports/statistics.js';
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
  storage: Pick<Storage, 'statistics'>,
  repository: RepositoryName,
  digest: Digest,
): Promise<Holders> {
  return (await holdersOfAll(storage, repository, [digest])).of(digest);
}

/** The holders of several manifests. */
export interface AllHolders {
  /** Returns those of one manifest, in byte order: at most 1,000. */
  of(digest: Digest): Holders;
}

/** Resolves to the holders of several manifests. Asks once, because each question may look through the whole repository. */
export async function holdersOfAll(
  { statistics }: Pick<Storage, 'statistics'>,
  repository: RepositoryName,
  digests: readonly Digest[],
): Promise<AllHolders> {
  const found = new Map(digests.map((digest) => [digest.toString(), new FoundHolders()]));
  const open = new Set(found.keys());
  const holders = open.size > 0 ? statistics.holders(repository, digests) : [];
  for await (const holder of holders) {
    const key = holder.held.toString();
    if (!open.has(key) || found.get(key)?.add(holder) === true) continue;
    open.delete(key);
    if (open.size === 0) break;
  }
  return { of: (digest) => (found.get(digest.toString()) ?? new FoundHolders()).sorted() };
}

class FoundHolders {
  private readonly tags: TagName[] = [];
  private readonly indexes: Digest[] = [];
  private more = false;

  /** Returns false if there is no place for it. */
  add(holder: ManifestHolder): boolean {
    this.more = this.tags.length + this.indexes.length >= MAX_HOLDERS;
    if (this.more) return false;
    if ('tag' in holder) this.tags.push(holder.tag);
    else this.indexes.push(holder.index);
    return true;
  }

  sorted(): Holders {
    const { tags, indexes, more } = this;
    indexes.sort((left, right) => byteOrder(left.toString(), right.toString()));
    return { tags: tags.sort(byteOrder), indexes, more };
  }
}
