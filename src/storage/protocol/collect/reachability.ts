import { type TagName } from '../../../domain/reference.js';
import { type ListedTag } from '../../ports/statistics.js';
import { type EntryKey, type StoredKind } from './garbage-store.js';
import { nextTurn } from '../yield-every.js';
import { DigestMap } from './digest-map.js';
import { DigestSet } from './digest-set.js';
import { keyOf, type DigestKey } from './digest-slots.js';
import { type NamedKeys } from './named-keys.js';
import { readsOf, type RepositoryReads, type RepositoryView } from './repository-reads.js';
import { withTag, type TagFigures } from './tag-figures.js';

/** What is considered removed. The tags of a removed manifest are removed with it. */
export interface Removed {
  readonly tags: ReadonlySet<TagName>;
  readonly manifests: Pick<DigestSet, 'hasKey'>;
}

/** Following so many keys takes a few milliseconds at most. */
const FOLLOWED_A_TURN = 5_000;

const NOTHING: Removed = { tags: new Set(), manifests: new DigestSet() };

/**
 * The entries of a repository that were reachable at one moment: from a tag or a running push, directly, through an index, or as a
 * referrer. Content that any existing manifest names is kept as well, so that every manifest that can be pulled is complete.
 */
export class Reachability {
  private readonly reachable = new DigestSet();
  private readonly present = new DigestSet();
  private readonly required = new DigestSet();
  /** From an index to its entries, and from a subject to its referrers. */
  private readonly leadsTo = new DigestMap<DigestKey[]>();

  private tagged: TagFigures = { tags: 0 };

  private constructor() {}

  /** Reads a repository: first the running pushes, then the tags, then every manifest. */
  static look(view: RepositoryView, keepUntagged: boolean): Promise<Reachability> {
    return Reachability.of(readsOf(view), keepUntagged);
  }

  /** Resolves to what is reachable if `removed` did not exist. */
  static async of(
    reads: RepositoryReads,
    keepUntagged: boolean,
    removed = NOTHING,
  ): Promise<Reachability> {
    const found = new Reachability();
    // A push removes its intent after it has set its tags. If its intent is gone by now, its tags exist when the tags are read.
    const roots = await found.addPushed(reads.pushed);
    const tags = await remaining(reads.tags, removed.tags);
    const untagged = await found.addManifests(reads.manifests, keepUntagged, removed.manifests);
    await found.follow([...roots, ...untagged, ...found.addTags(tags)]);
    return found;
  }

  /** The figures of the tags whose manifest exists. */
  get tags(): TagFigures {
    return this.tagged;
  }

  /** Returns whether a collector must keep the entry. */
  keeps({ kind, digest }: EntryKey): boolean {
    return this.keepsKey(kind, keyOf(digest));
  }

  keepsKey(kind: StoredKind, key: DigestKey): boolean {
    switch (kind) {
      case 'manifests':
        return this.reachable.hasKey(key) || this.required.hasKey(key);
      case 'blobs':
        return this.required.hasKey(key);
      case 'referrers':
        return this.reachable.hasKey(key) || this.present.hasKey(key);
    }
  }

  /** Adds the manifests that are being pushed. Resolves to their keys. */
  private async addPushed(batches: RepositoryReads['pushed']): Promise<DigestKey[]> {
    const keys: DigestKey[] = [];
    for await (const batch of batches) {
      for (const { key, names } of batch) {
        this.addNames(key, names);
        keys.push(key);
      }
    }
    return keys;
  }

  /** Adds every manifest that is left. Resolves to their keys if `keepUntagged`, and otherwise to none. */
  private async addManifests(
    batches: RepositoryReads['manifests'],
    keepUntagged: boolean,
    gone: Removed['manifests'],
  ): Promise<DigestKey[]> {
    const kept: DigestKey[] = [];
    for await (const batch of batches) {
      for (const { key, names } of batch) {
        if (gone.hasKey(key)) continue;
        this.present.addKey(key);
        if (keepUntagged) kept.push(key);
        this.addNames(key, names);
      }
    }
    return kept;
  }

  /**
   * Counts the tags whose manifest exists, and returns their keys. A tag that was set while its manifest was deleted may have
   * outlived it: clients see no such tag, and it leads to no referrers.
   */
  private addTags(tags: readonly ListedTag[]): DigestKey[] {
    const keys: DigestKey[] = [];
    for (const tag of tags) {
      const key = keyOf(tag.digest);
      if (!this.present.hasKey(key)) continue;
      this.tagged = withTag(this.tagged, tag);
      keys.push(key);
    }
    return keys;
  }

  private addNames(key: DigestKey, { blobs, entries, subject }: NamedKeys): void {
    for (const blob of blobs) this.required.addKey(blob);
    for (const entry of entries) {
      this.required.addKey(entry);
      this.lead(key, entry);
    }
    if (subject !== undefined) this.lead(subject, key);
  }

  private lead(from: DigestKey, to: DigestKey): void {
    const known = this.leadsTo.get(from);
    if (known === undefined) this.leadsTo.set(from, [to]);
    else known.push(to);
  }

  /** Marks as reachable what the keys in `waiting` lead to, and empties it. */
  private async follow(waiting: DigestKey[]): Promise<void> {
    let items = 0;
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (this.reachable.hasKey(key)) continue;
      this.reachable.addKey(key);
      const next = this.leadsTo.get(key) ?? [];
      // Arguments would be limited to about a hundred thousand.
      for (const each of next) waiting.push(each);
      items += 1 + next.length;
      if (items < FOLLOWED_A_TURN) continue;
      items = 0;
      await nextTurn();
    }
  }
}

/** Resolves to the tags that are not considered removed, with or without a manifest. */
async function remaining(
  batches: RepositoryReads['tags'],
  removed: ReadonlySet<TagName>,
): Promise<ListedTag[]> {
  const left: ListedTag[] = [];
  for await (const batch of batches) {
    for (const target of batch) if (!removed.has(target.tag)) left.push(target);
  }
  return left;
}
