/** Equal records within this time after the first are counted together. */
const WINDOW_MS = 10_000;

/** How many different records of one client get lines of their own in that time. A client can use any number of names. */
const MAX_KINDS = 20;

/** How many clients are counted at once. Beyond that, the counts are written early. */
const MAX_CLIENTS = 2_000;

interface Kind<T> {
  readonly last: T;
  readonly count: number;
}

interface Limits {
  readonly windowMs?: number;
  readonly maxKinds?: number;
}

/** Writes the first of equal records at once, and after ten seconds how many others there were, so that a log stays small. */
export class RepeatedRecords<T> {
  private readonly byClient = new Map<string, Map<string, Kind<T>>>();
  private timer: NodeJS.Timeout | undefined;

  private readonly windowMs: number;
  private readonly maxKinds: number;

  /** @param write writes a record; `repeated` is the number of equal ones after the first, the last of which it is */
  constructor(
    private readonly write: (record: T, repeated: number) => void,
    { windowMs = WINDOW_MS, maxKinds = MAX_KINDS }: Limits = {},
  ) {
    this.windowMs = windowMs;
    this.maxKinds = maxKinds;
  }

  /** Writes or counts a record. Records of one `client` with the same `kind` are equal. */
  add(client: string, kind: string, record: T): void {
    if (this.byClient.size >= MAX_CLIENTS && !this.byClient.has(client)) this.flush();
    this.timer ??= setTimeout(() => this.flush(), this.windowMs).unref();
    const kinds = this.byClient.get(client) ?? new Map<string, Kind<T>>();
    this.byClient.set(client, kinds);
    const key = kinds.has(kind) || kinds.size < this.maxKinds ? kind : '';
    const known = kinds.get(key);
    kinds.set(key, { last: record, count: (known?.count ?? -1) + 1 });
    if (known === undefined) this.write(record, 0);
  }

  /** Counts a record if an equal one was written within the window. Returns whether it did: otherwise the caller adds the record. */
  count(client: string, kind: string): boolean {
    const kinds = this.byClient.get(client);
    const known = kinds?.get(kind);
    if (kinds === undefined || known === undefined) return false;
    kinds.set(kind, { last: known.last, count: known.count + 1 });
    return true;
  }

  /** Writes all counts. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const kinds of this.byClient.values()) {
      for (const { last, count } of kinds.values()) if (count > 0) this.write(last, count);
    }
    this.byClient.clear();
  }
}
