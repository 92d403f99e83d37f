import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type TagChange } from '../ports/tag-store.js';
import { type Durability } from './disk/durability.js';
import { KeyedQueue } from './disk/keyed-queue.js';
import { type Layout } from './layout.js';
import { readTagFile, type TagFile } from './tag-file.js';
import { TagHistory } from './tag-history.js';
import { type NewTagRecord } from './records.js';
import { TagPlacement, type PlacedTag } from './tag-placement.js';
import { TagRemoval } from './tag-removal.js';

/** How many times the history of a tag that keeps changing is read. */
const MAX_READS = 10;

/** Changes the files of tags. Queues the changes of each tag in this process: otherwise each loser of a claim would try again. */
export class TagFiles {
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly layout: Layout,
    private readonly durability: Durability,
  ) {}

  /** Returns a change that points the tag to `target`. */
  placement(
    repository: RepositoryName,
    tag: TagName,
    target: NewTagRecord,
    check: (current: Digest | undefined) => void,
  ): TagPlacement {
    const path = this.layout.tag(repository, tag);
    const history = this.history(repository, tag);
    return new TagPlacement(this.durability, path, history, target, check);
  }

  /** Makes the change. @throws RegistryError if the tag must not be set */
  place(placement: TagPlacement): Promise<PlacedTag> {
    return this.queue.run(placement.path, () => placement.place());
  }

  /**
   * Removes a tag if `isWanted` returns true for its file, `undefined` if it has none. Resolves to the removed file, or to `undefined`.
   * The caller syncs the directory of the tags.
   */
  remove(
    repository: RepositoryName,
    tag: TagName,
    by: string | undefined,
    isWanted: (current: TagFile | undefined) => boolean,
  ): Promise<TagFile | undefined> {
    const path = this.layout.tag(repository, tag);
    const removal = { at: Date.now(), ...(by !== undefined && { by }) };
    return this.queue.run(path, () =>
      new TagRemoval(path, this.history(repository, tag), removal).run(isWanted),
    );
  }

  /** Returns the changes of a tag, the newest first. */
  changes(repository: RepositoryName, tag: TagName): TagChange[] {
    const path = this.layout.tag(repository, tag);
    const history = this.history(repository, tag);
    for (let current = readTagFile(path), round = 1; ; round++) {
      const changes = history.changes(current);
      const after = readTagFile(path);
      // Changes between the two reads would be in the wrong order.
      if (after?.identity === current?.identity || round === MAX_READS) return changes;
      current = after;
    }
  }

  private history(repository: RepositoryName, tag: TagName): TagHistory {
    return new TagHistory(this.durability, this.layout.tagHistory(repository, tag));
  }
}
