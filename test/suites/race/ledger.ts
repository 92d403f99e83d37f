/** A push of a tag or a deletion of a manifest, with its place in the order of all beginnings and ends. */
export interface Act {
  readonly kind: 'push' | 'delete';
  readonly repository: string;
  readonly digest: string;
  readonly begin: number;
  end: number;
}

/** A tag with its last acknowledged push. Only one client sets it. */
export interface Tagged {
  readonly repository: string;
  readonly tag: string;
  readonly act: Act;
}

/** Everything that clients were promised. */
export class Ledger {
  readonly violations: string[] = [];
  /** The output of the servers. */
  readonly logs: string[] = [];
  readonly counts = {
    pushes: 0,
    'pushed again': 0,
    deletes: 0,
    untagged: 0,
    mounts: 0,
    reads: 0,
    'manifests read': 0,
    passes: 0,
    'passes that freed': 0,
    collected: 0,
    'bytes freed': 0,
  };
  private readonly tags = new Map<string, Tagged>();
  /** The ends of the deletions and pushes of each manifest. An act in progress has no end. */
  private readonly acts = new Map<string, Act[]>();
  private clock = 0;

  begin(kind: Act['kind'], repository: string, digest: string): Act {
    const act = { kind, repository, digest, begin: ++this.clock, end: Infinity };
    const key = `${repository}@${digest}`;
    // Acts that ended before everything that can still be checked are no longer needed.
    const others = (this.acts.get(key) ?? []).slice(-200);
    this.acts.set(key, [...others, act]);
    return act;
  }

  end(act: Act): void {
    act.end = ++this.clock;
  }

  /** Forgets the digest of a tag while the tag is moved or removed. */
  forget(repository: string, tag: string): void {
    this.tags.delete(`${repository}:${tag}`);
  }

  acknowledge(tag: string, act: Act): void {
    const { repository } = act;
    this.tags.set(`${repository}:${tag}`, { repository, tag, act });
  }

  tagged(): Tagged[] {
    return [...this.tags.values()];
  }

  anyTagged(): Tagged | undefined {
    const all = this.tagged();
    return all[Math.floor(Math.random() * all.length)];
  }

  /**
   * Returns whether the tag must be as it was pushed: the push is the last one, and no deletion
   * ended after it began.
   */
  holds({ repository, tag, act }: Tagged): boolean {
    return this.tags.get(`${repository}:${tag}`)?.act === act && !this.touched('delete', act);
  }

  /** Returns whether an act of this kind on the same manifest ended after `since` began, or is in progress. */
  touched(kind: Act['kind'], since: Act): boolean {
    const acts = this.acts.get(`${since.repository}@${since.digest}`) ?? [];
    return acts.some((act) => act !== since && act.kind === kind && act.end > since.begin);
  }

  violation(text: string): void {
    this.violations.push(text);
  }
}
