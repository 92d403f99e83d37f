import { type TagName } from '../../domain/reference.js';
import { KEPT_TAG_CHANGES, type RemovedTagName, type TagChange } from '../ports/tag-store.js';
import { CountedMap, type MemoryBudget } from './memory-budget.js';
import { type MemoryTag } from './repositories.js';

/** How many bytes a change takes besides the login in it. An estimate. */
const BYTES_PER_CHANGE = 200;

/** The earlier states of the tags of one repository, and their removals. */
export class TagHistories {
  private readonly byTag: CountedMap<TagName, readonly TagChange[]>;

  constructor(budget: MemoryBudget) {
    this.byTag = new CountedMap(budget, (tag, changes) => tag.length + bytesOf(changes));
  }

  addReplaced(tag: TagName, replaced: MemoryTag): void {
    this.add(tag, [asChange(replaced)]);
  }

  addRemoved(tag: TagName, removed: MemoryTag, removal: Pick<TagChange, 'at' | 'by'>): void {
    this.add(tag, [asChange(removed), { ...removal, previous: removed.digest }]);
  }

  /** Returns the changes of a tag, the newest first. @param current the state of the tag, if it exists */
  changes(tag: TagName, current: MemoryTag | undefined): TagChange[] {
    const earlier = this.byTag.get(tag) ?? [];
    const all = [...earlier, ...(current === undefined ? [] : [asChange(current)])];
    return all.slice(-KEPT_TAG_CHANGES).reverse();
  }

  /** Yields the tags that are not among the present ones, with the time of their last change. */
  *without(present: Pick<CountedMap<TagName, MemoryTag>, 'get'>): Iterable<RemovedTagName> {
    for (const tag of this.byTag.keys()) {
      const last = this.byTag.get(tag)?.at(-1);
      if (last !== undefined && present.get(tag) === undefined) yield { tag, at: last.at };
    }
  }

  clear(): void {
    for (const tag of [...this.byTag.keys()]) this.byTag.delete(tag);
  }

  private add(tag: TagName, changes: readonly TagChange[]): void {
    const all = [...(this.byTag.get(tag) ?? []), ...changes];
    this.byTag.set(tag, all.slice(-KEPT_TAG_CHANGES));
  }
}

function asChange({ pushedAt, ...rest }: MemoryTag): TagChange {
  return { at: pushedAt, ...rest };
}

function bytesOf(changes: readonly TagChange[]): number {
  return changes.reduce((sum, { by = '' }) => sum + BYTES_PER_CHANGE + by.length, 0);
}
