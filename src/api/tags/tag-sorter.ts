import { byteOrder } from '../../domain/byte-order.js';
import { decodeCursor, encodeCursor } from '../../domain/cursor.js';
import { takePage, type Page } from '../../domain/page.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TagsQuery } from './tags-api.dto.js';
import { versionOrder } from './version-order.js';

type Sort = TagsQuery['sort'];

/** What decides about the place of a tag: the time or the size if the order is by one of them, then the tag. */
interface Place {
  readonly tag: string;
  readonly key: number;
}

interface FoundTag extends Place {
  readonly tag: TagName;
}

/** A page of tags, and the cursor of the next one. */
export interface TagPage {
  readonly tags: readonly TagName[];
  readonly next?: string;
}

/** Finds the tags of one page in the order of a query, beginning after its cursor. */
export class TagSorter {
  constructor(private readonly storage: Pick<Storage, 'tags' | 'statistics'>) {}

  /** @throws RegistryError `request-malformed` for a cursor of another order */
  async page(repository: RepositoryName, query: TagsQuery): Promise<TagPage> {
    const { sort } = query;
    // Only the order by name can begin in the middle. The others need every tag.
    const { items, more } =
      sort === 'name'
        ? await this.inStoredOrder(repository, query)
        : await this.sorted(repository, sort, query);
    const last = items.at(-1);
    return {
      tags: items.map(({ tag }) => tag),
      ...(more && last && { next: cursorOf(last, sort) }),
    };
  }

  private inStoredOrder(
    repository: RepositoryName,
    { cursor, limit, q = '' }: TagsQuery,
  ): Promise<Page<FoundTag>> {
    const [after = ''] = cursor === undefined ? [] : decodeCursor(cursor, 'name', ['string']);
    const { tags } = this.storage;
    async function* matching(): AsyncIterable<FoundTag> {
      for await (const tag of tags.list(repository, String(after))) {
        if (tag.includes(q)) yield { tag, key: 0 };
      }
    }
    return takePage(matching(), limit);
  }

  /** Reads the tags as a collector does, because looking at them all would refresh the last-used time of every image. */
  private async sorted(
    repository: RepositoryName,
    sort: Exclude<Sort, 'name'>,
    { cursor, limit, q = '' }: TagsQuery,
  ): Promise<Page<FoundTag>> {
    const place = cursor === undefined ? undefined : placeIn(cursor, sort);
    const first = new FirstTags(limit + 1, (one, other) => compare(sort, one, other));
    for await (const found of this.withKeys(repository, sort)) {
      if (!found.tag.includes(q) || (place && compare(sort, found, place) <= 0)) continue;
      first.add(found);
    }
    const sorted = first.sorted();
    return { items: sorted.slice(0, limit), more: sorted.length > limit };
  }

  private async *withKeys(
    repository: RepositoryName,
    sort: Exclude<Sort, 'name'>,
  ): AsyncIterable<FoundTag> {
    const { statistics } = this.storage;
    if (sort.endsWith('size')) {
      for await (const { tag, totalBytes } of statistics.sizedTags(repository)) {
        yield { tag, key: totalBytes };
      }
      return;
    }
    for await (const { tag, pushedAt } of statistics.tags(repository)) {
      yield { tag, key: sort.endsWith('pushedAt') ? pushedAt : 0 };
    }
  }
}

/** Keeps the first tags of an order, without sorting all of them. */
class FirstTags {
  private kept: FoundTag[] = [];

  constructor(
    private readonly count: number,
    private readonly order: (one: Place, other: Place) => number,
  ) {}

  add(tag: FoundTag): void {
    this.kept.push(tag);
    if (this.kept.length >= 4 * this.count) this.kept = this.sorted();
  }

  sorted(): FoundTag[] {
    return this.kept.sort(this.order).slice(0, this.count);
  }
}

function cursorOf({ tag, key }: Place, sort: Sort): string {
  return encodeCursor(sort, sort === 'name' ? [tag] : [key, tag]);
}

function placeIn(cursor: string, sort: Sort): Place {
  const [key, tag] = decodeCursor(cursor, sort, ['number', 'string']);
  return { key: Number(key), tag: String(tag) };
}

function compare(sort: Sort, one: Place, other: Place): number {
  const byTag = sort.endsWith('version') ? versionOrder : byteOrder;
  const order = one.key - other.key || byTag(one.tag, other.tag);
  return sort.startsWith('-') ? -order : order;
}
