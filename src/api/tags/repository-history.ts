import { byteOrder } from '../../domain/byte-order.js';
import { decodeCursor, encodeCursor } from '../../domain/cursor.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Storage } from '../../storage/ports/storage.js';
import { type TagChange } from '../../storage/ports/tag-store.js';
import {
  type HistoryQuery,
  type RepositoryChangeDto,
  type RepositoryHistoryDto,
} from './tags-api.dto.js';
import { shownChange } from './shown-change.js';

/** A place in the order of the changes: the newest first, those of the same moment by their tags. */
interface Place {
  readonly at: number;
  readonly tag: TagName;
}

type PlacedChange = Place & TagChange;

/** Merges the histories of the tags of a repository, of those that were removed, too. */
export class RepositoryHistory {
  constructor(private readonly storage: Storage) {}

  /** Resolves to a page of changes, the newest first. */
  async page(
    repository: RepositoryName,
    { cursor, limit, q = '' }: HistoryQuery,
  ): Promise<Omit<RepositoryHistoryDto, 'rights'>> {
    const after = cursor === undefined ? undefined : placeIn(cursor);
    const changes = await this.changes(repository, { after, limit, q });
    const page = changes.slice(0, endOf(changes, limit));
    const last = page.at(-1);
    const isMore = last !== undefined && changes.length > page.length;
    return {
      changes: await this.shown(repository, page),
      ...(isMore && { next: encodeCursor('history', [last.at, last.tag]) }),
    };
  }

  /**
   * Resolves to the changes of a page after a place, and at least one beyond it if there are more. A tag whose last change is older is
   * not read.
   */
  private async changes(
    repository: RepositoryName,
    { after, limit, q }: { after: Place | undefined; limit: number; q: string },
  ): Promise<PlacedChange[]> {
    const found: PlacedChange[] = [];
    for (const { tag, at } of await this.tags(repository, q)) {
      const beyond = found[endOf(found, limit)];
      if (beyond !== undefined && beyond.at > at) break;
      for await (const change of this.storage.tags.history(repository, tag)) {
        const placed = { ...change, tag };
        if (after === undefined || order(placed, after) > 0) found.push(placed);
      }
      found.sort(order);
    }
    return found;
  }

  /** Resolves to the tags with a time that is not before their last change, the latest first. */
  private async tags(repository: RepositoryName, q: string): Promise<Place[]> {
    const places: Place[] = [];
    for await (const { tag, pushedAt } of this.storage.statistics.tags(repository)) {
      if (tag.includes(q)) places.push({ tag, at: pushedAt });
    }
    for await (const { tag, at } of this.storage.tags.removed(repository)) {
      if (tag.includes(q)) places.push({ tag, at });
    }
    return places.sort(order);
  }

  private async shown(
    repository: RepositoryName,
    changes: readonly PlacedChange[],
  ): Promise<RepositoryChangeDto[]> {
    const shown: RepositoryChangeDto[] = [];
    const current = new Map<TagName, string | undefined>();
    for (const { tag, ...change } of changes) {
      if (!current.has(tag)) {
        const target = await this.storage.tags.resolve(repository, tag);
        current.set(tag, target?.digest.toString());
      }
      const now = current.get(tag);
      shown.push({
        tag,
        ...(await shownChange(this.storage, repository, change)),
        ...(now !== undefined && { now }),
      });
    }
    return shown;
  }
}

/** Returns where a page ends. Changes of one tag at the same moment are not divided, because they have the same place. */
function endOf(changes: readonly PlacedChange[], limit: number): number {
  let end = Math.min(limit, changes.length);
  const isDivided = (): boolean => {
    const [before, next] = [changes[end - 1], changes[end]];
    return before !== undefined && next !== undefined && order(before, next) === 0;
  };
  while (isDivided()) end++;
  return end;
}

function placeIn(cursor: string): Place {
  const [at, tag] = decodeCursor(cursor, 'history', ['number', 'string']);
  return { at: Number(at), tag: String(tag) as TagName };
}

function order(one: Place, other: Place): number {
  return other.at - one.at || byteOrder(one.tag, other.tag);
}
