import {
  byteOrder,
  eventOfRemovedTag,
  KEPT_TAG_CHANGES,
  requireExpected,
  TagStore,
  type Digest,
  type Outbox,
  type RepositoryName,
  type TagChange,
  type TaggedManifest,
  type TagName,
  type TagRemovalOptions,
} from 'berth-registry';

import { sortedAfter, type Published } from './map-manifests.ts';

/** The tags of one repository, and their history. */
export class Tags {
  private readonly current = new Map<TagName, TaggedManifest>();
  private readonly earlier = new Map<TagName, TagChange[]>();

  get(tag: TagName): TaggedManifest | undefined {
    return this.current.get(tag);
  }

  names(): TagName[] {
    return [...this.current.keys()].sort(byteOrder);
  }

  /** Returns the tags that point to the manifest. */
  of(digest: Digest): TagName[] {
    return this.names().filter((name) => this.get(name)?.digest.equals(digest) === true);
  }

  /** Returns the manifest that the tag stops pointing to when it is set to `digest`. */
  leaves(tag: TagName, digest: Digest): Digest | undefined {
    const current = this.get(tag)?.digest;
    return current?.equals(digest) === true ? undefined : current;
  }

  set(tag: TagName, next: TaggedManifest): void {
    const before = this.get(tag);
    const from = this.leaves(tag, next.digest);
    if (before !== undefined && from !== undefined) this.add(tag, asChange(before));
    const previous = from ?? before?.previous;
    this.current.set(tag, { ...next, ...(previous && { previous }) });
  }

  remove(tag: TagName, { by, expects }: TagRemovalOptions): boolean {
    const removed = this.get(tag);
    requireExpected(tag, expects, removed?.digest);
    if (removed === undefined) return false;
    this.add(tag, asChange(removed), {
      at: Date.now(),
      ...(by !== undefined && { by }),
      previous: removed.digest,
    });
    return this.current.delete(tag);
  }

  /** Returns the tags that were removed, with the time of that. */
  removed(): { tag: TagName; at: number }[] {
    const gone = [...this.earlier].filter(([tag]) => !this.current.has(tag));
    return gone.map(([tag, changes]) => ({ tag, at: changes.at(-1)?.at ?? 0 }));
  }

  /** Returns the last changes of the tag, the newest first. */
  history(tag: TagName): TagChange[] {
    const current = this.get(tag);
    const all = [...(this.earlier.get(tag) ?? []), ...(current ? [asChange(current)] : [])];
    return all.slice(-KEPT_TAG_CHANGES).reverse();
  }

  private add(tag: TagName, ...changes: TagChange[]): void {
    const all = [...(this.earlier.get(tag) ?? []), ...changes];
    this.earlier.set(tag, all.slice(-KEPT_TAG_CHANGES));
  }
}

function asChange({ pushedAt, ...rest }: TaggedManifest): TagChange {
  return { at: pushedAt, ...rest };
}

export class MapTagStore extends TagStore {
  private readonly published: Published;
  private readonly outbox: Outbox;

  constructor(published: Published, outbox: Outbox) {
    super();
    this.published = published;
    this.outbox = outbox;
  }

  override async resolve(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<TaggedManifest | undefined> {
    return this.published.get(repository)?.tags.get(tag);
  }

  override async *list(repository: RepositoryName, after?: string): AsyncIterable<TagName> {
    yield* sortedAfter(this.published.get(repository)?.tags.names() ?? [], after);
  }

  override async remove(
    repository: RepositoryName,
    tag: TagName,
    options: TagRemovalOptions = {},
  ): Promise<boolean> {
    const tags = this.published.get(repository)?.tags ?? new Tags();
    const digest = tags.get(tag)?.digest;
    if (!tags.remove(tag, options) || digest === undefined) return false;
    await this.outbox.append([eventOfRemovedTag(repository, tag, digest, options)]);
    return true;
  }

  override async *history(repository: RepositoryName, tag: TagName): AsyncIterable<TagChange> {
    yield* this.published.get(repository)?.tags.history(tag) ?? [];
  }
  override async *removed(repository: RepositoryName): AsyncIterable<{ tag: TagName; at: number }> {
    yield* this.published.get(repository)?.tags.removed() ?? [];
  }
}
