/** Something that a client asked for, and when, in the order of all beginnings and ends. */
export interface Entry {
  readonly kind: 'publish' | 'delete' | 'untag';
  /** The digest that was published or deleted; of an untagging, none. */
  readonly digest?: string;
  readonly tags: readonly string[];
  readonly begin: number;
  end: number;
  outcome: 'under way' | 'done' | 'refused';
}

/** What clients asked for and were told, and what they found wrong on the way. */
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

  /** Whether nothing that ended after `entry` began could have undone what it did to `tag`. */
  mustHold(entry: Entry, tag: string): boolean {
    return !this.entries.some(
      (other) =>
        other !== entry &&
        other.end > entry.begin &&
        (other.tags.includes(tag) || (other.kind === 'delete' && other.digest === entry.digest)) &&
        !(other.kind === 'publish' && other.digest === entry.digest),
    );
  }

  /** Whether no push of what `entry` deleted ended after it began. */
  mustBeGone(entry: Entry): boolean {
    return !this.entries.some(
      (other) =>
        other.kind === 'publish' && other.digest === entry.digest && other.end > entry.begin,
    );
  }
}
