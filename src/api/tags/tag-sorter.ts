import { byteOrder } from '../../domain/byte-order.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { decodeCursor, encodeCursor } from '../../http/api/cursor.js';
import { type TaggedManifest, type TagStore } from '../../storage/ports/tag-store.js';
import { type TagsQuery } from './tags-api.dto.js';

/** A tag and what it points to. */
export interface SortedTag {
  readonly tag: TagName;
  readonly target: TaggedManifest;
}

type Sort = TagsQuery['sort'];

/** Yields the tags of a repository in the order of a query, beginning after its cursor. */
export class TagSorter {
  constructor(private readonly store: TagStore) {}

  /** @throws RegistryError `request-malformed` for a cursor of another order */
  tags(repository: RepositoryName, query: TagsQuery): AsyncIterable<SortedTag> {
    const { cursor, sort, q = '' } = query;
    // Only the order by name can begin in the middle. The others need every record.
    if (sort !== 'name') return this.sorted(repository, sort, { cursor, q });
    const [after = ''] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
    return this.inStoredOrder(repository, q, String(after));
  }

  private async *inStoredOrder(
    repository: RepositoryName,
    q: string,
    after?: string,
  ): AsyncIterable<SortedTag> {
    for await (const tag of this.store.list(repository, after)) {
      if (!tag.includes(q)) continue;
      const target = await this.store.resolve(repository, tag);
      if (target !== undefined) yield { tag, target };
    }
  }

  private async *sorted(
    repository: RepositoryName,
    sort: Exclude<Sort, 'name'>,
    { cursor, q }: { cursor: string | undefined; q: string },
  ): AsyncIterable<SortedTag> {
    const place = cursor === undefined ? undefined : decodeCursor(cursor, ['number', 'string']);
    const all: SortedTag[] = [];
    for await (const tag of this.inStoredOrder(repository, q)) all.push(tag);
    all.sort((a, b) => compare(sort, placeOf(a, sort), placeOf(b, sort)));
    for (const tag of all) {
      if (place === undefined || compare(sort, placeOf(tag, sort), place) > 0) yield tag;
    }
  }
}

/** Returns the cursor of the page after `tag`. */
export function encodeTagCursor(tag: SortedTag, sort: Sort): string {
  return encodeCursor(sort === 'name' ? [tag.tag] : placeOf(tag, sort));
}

/** Returns what decides about the place of a tag: the time, then the name. */
function placeOf({ tag, target }: SortedTag, sort: Exclude<Sort, 'name'>): (string | number)[] {
  return [sort === '-name' ? 0 : target.pushedAt, tag];
}

function compare(
  sort: Sort,
  [timeA = 0, nameA = '']: readonly (string | number)[],
  [timeB = 0, nameB = '']: readonly (string | number)[],
): number {
  const order = Number(timeA) - Number(timeB) || byteOrder(String(nameA), String(nameB));
  return sort.startsWith('-') ? -order : order;
}
