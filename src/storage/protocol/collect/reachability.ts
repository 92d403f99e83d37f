import { Digest, DIGEST_ALGORITHMS } from '../../../domain/digest.js';
import { parseManifest, type Manifest } from '../../../domain/manifest.js';
import { type TagName } from '../../../domain/reference.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ListedTag } from '../../ports/statistics.js';
import { type RepositoryGarbage, type StoredEntry } from './garbage-store.js';
import { type ManifestStore } from '../../ports/manifest-store.js';
import { Turns } from '../yield-every.js';
import { DigestSet } from './digest-set.js';
import { withTag, type TagFigures } from './tag-figures.js';

/** One repository with the ports that read it. */
export interface RepositoryView {
  readonly repository: RepositoryName;
  readonly garbage: RepositoryGarbage;
  readonly manifests: ManifestStore;
  /** Tags that are considered removed. */
  readonly withoutTags: ReadonlySet<TagName>;
}

/**
 * The entries of a repository that were reachable at one moment: from a tag or a running push, directly, through an index, or as a
 * referrer. Content that any existing manifest names is kept as well, so that every manifest that can be pulled is complete.
 */
export class Reachability {
  private readonly reachable = new DigestSet();
  private readonly present = new DigestSet();
  private readonly required = new DigestSet();
  /** From an index to its entries, and from a subject to its referrers. */
  private readonly leadsTo = new Map<string, Digest[]>();

  private tagged: TagFigures = { tags: 0 };

  private constructor() {}

  /**
   * Reads a repository: first the running pushes, then the tags, then every manifest. The manifests of `gone` are ignored, as if
   * they were deleted.
   */
  static async look(
    view: RepositoryView,
    keepUntagged: boolean,
    gone: DigestSet,
  ): Promise<Reachability> {
    const found = new Reachability();
    // A push removes its intent after it has set its tags. If its intent is gone by now, its tags exist when the tags are read.
    const pushed = await found.readIntents(view);
    const tags = await tagsOf(view, gone);
    const untagged = await found.readManifests(view, keepUntagged, gone);
    await found.follow([...pushed, ...untagged, ...found.addTags(tags)]);
    return found;
  }

  /** The figures of the tags whose manifest exists. */
  get tags(): TagFigures {
    return this.tagged;
  }

  /** Returns whether a collector must keep the entry. */
  keeps({ kind, digest }: StoredEntry): boolean {
    switch (kind) {
      case 'manifests':
        return this.reachable.has(digest) || this.required.has(digest);
      case 'blobs':
        return this.required.has(digest);
      case 'referrers':
        return this.reachable.has(digest) || this.present.has(digest);
    }
  }

  /** Adds the manifests that are being pushed. Resolves to their digests. */
  private async readIntents({ garbage }: RepositoryView): Promise<Digest[]> {
    const digests: Digest[] = [];
    for await (const bytes of garbage.intents()) {
      for (const digest of this.addIntent(bytes)) digests.push(digest);
    }
    return digests;
  }

  /** Adds every manifest that exists. Resolves to their digests if `keepUntagged`, and otherwise to none. */
  private async readManifests(
    view: RepositoryView,
    keepUntagged: boolean,
    gone: DigestSet,
  ): Promise<Digest[]> {
    const kept: Digest[] = [];
    const turns = new Turns();
    for await (const digest of presentManifests(view)) {
      if (this.present.has(digest) || gone.has(digest)) continue;
      this.present.add(digest);
      if (keepUntagged) kept.push(digest);
      const bytes = await view.garbage.peek(digest);
      await turns.afterBytes(bytes?.byteLength ?? 0);
      this.addManifest(digest, parse(bytes));
    }
    return kept;
  }

  /**
   * Counts the tags whose manifest exists, and returns their digests. A tag that was set while its manifest was deleted may have
   * outlived it: clients see no such tag, and it leads to no referrers.
   */
  private addTags(tags: readonly ListedTag[]): Digest[] {
    const existing = tags.filter(({ digest }) => this.present.has(digest));
    for (const tag of existing) this.tagged = withTag(this.tagged, tag);
    return existing.map(({ digest }) => digest);
  }

  /** Adds a manifest that is being pushed. Returns its digests by all algorithms, because the push may use any. */
  private addIntent(bytes: Uint8Array): Digest[] {
    const manifest = parse(bytes);
    if (manifest === undefined) return [];
    const digests = DIGEST_ALGORITHMS.map((algorithm) => Digest.of(bytes, algorithm));
    digests.forEach((digest) => this.addManifest(digest, manifest));
    return digests;
  }

  private addManifest(digest: Digest, manifest: Manifest | undefined): void {
    if (manifest === undefined) return;
    const { config, layers, manifests, subject } = manifest;
    if (config !== undefined) this.required.add(config.digest);
    for (const layer of layers) this.required.add(layer.digest);
    for (const entry of manifests) {
      this.required.add(entry.digest);
      this.lead(digest, entry.digest);
    }
    if (subject !== undefined) this.lead(subject.digest, digest);
  }

  private lead(from: Digest, to: Digest): void {
    const key = from.toString();
    const known = this.leadsTo.get(key);
    if (known === undefined) this.leadsTo.set(key, [to]);
    else known.push(to);
  }

  /** Marks as reachable what the digests in `waiting` lead to, and empties it. */
  private async follow(waiting: Digest[]): Promise<void> {
    const turns = new Turns();
    for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
      if (this.reachable.has(digest)) continue;
      this.reachable.add(digest);
      const next = this.leadsTo.get(digest.toString()) ?? [];
      // Arguments would be limited to about a hundred thousand.
      for (const each of next) waiting.push(each);
      await turns.afterItems(1 + next.length);
    }
  }
}

/** Resolves to the tags of a repository that are not considered removed, with or without a manifest. */
async function tagsOf(
  { garbage, withoutTags }: RepositoryView,
  gone: DigestSet,
): Promise<ListedTag[]> {
  const tags: ListedTag[] = [];
  for await (const target of garbage.tags()) {
    if (!withoutTags.has(target.tag) && !gone.has(target.digest)) tags.push(target);
  }
  return tags;
}

/** Yields every manifest, some twice: those in place, those set aside, and those restored during the listing. */
export async function* presentManifests({
  repository,
  garbage,
  manifests,
}: Omit<RepositoryView, 'withoutTags'>): AsyncIterable<Digest> {
  yield* manifests.digests(repository);
  for await (const { entry } of garbage.aside()) {
    if (entry.kind === 'manifests') yield entry.digest;
  }
  yield* manifests.digests(repository);
}

/** Parses a manifest. Returns `undefined` if a crash left it incomplete: it then names nothing. */
function parse(bytes: Uint8Array | undefined): Manifest | undefined {
  if (bytes === undefined) return undefined;
  try {
    return parseManifest(bytes, undefined);
  } catch {
    return undefined;
  }
}
