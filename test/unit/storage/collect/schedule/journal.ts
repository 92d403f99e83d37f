/** A request of a client. `begin` and `end` are positions in the order of all beginnings and ends. */
export interface Entry {
  readonly kind: 'publish' | 'delete' | 'untag';
  /** The digest that was published or deleted; absent for `untag`. */
  readonly digest?: string;
  readonly tags: readonly string[];
  readonly begin: number;
  end: number;
  outcome: 'under way' | 'done' | 'refused';
}

/** Records the requests of clients, their outcomes, and the problems that clients found. */
export class Journal {
  /** Each beginning and end as a text. */
  readonly log: string[] = [];
  readonly entries: Entry[] = [];
  readonly problems: string[] = [];

  begin(kind: Entry['kind'], tags: readonly string[], digest?: string): Entry {
    const begin = this.log.push(`+${kind}${digest ?? ''}${tags.join()}`);
    const entry: Entry = {
      kind,
      tags,
      begin,
      end: Infinity,
      outcome: 'under way',
      ...(digest === undefined ? {} : { digest }),
    };
    this.entries.push(entry);
    return entry;
  }

  end(entry: Entry, outcome: 'done' | 'refused'): void {
    entry.outcome = outcome;
    entry.end = this.log.push(`-${entry.kind}${entry.digest ?? ''}${entry.tags.join()}${outcome}`);
  }

  problem(text: string): void {
    this.problems.push(text);
  }

  /** Returns whether `tag` must still be as `entry` set it: no request that ended after its beginning can have changed it. */
  mustHold(entry: Entry, tag: string): boolean {
    return !this.entries.some(
      (other) =>
        other !== entry &&
        other.end > entry.begin &&
        (other.tags.includes(tag) || (other.kind === 'delete' && other.digest === entry.digest)) &&
        !(other.kind === 'publish' && other.digest === entry.digest),
    );
  }

  /** Returns whether the manifest that `entry` deleted must not exist: no push of it ended after the deletion began. */
  mustBeGone(entry: Entry): boolean {
    return !this.entries.some(
      (other) =>
        other.kind === 'publish' && other.digest === entry.digest && other.end > entry.begin,
    );
  }
}
