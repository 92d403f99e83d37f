/** Equal failures within this time after the first are counted together. */
const WINDOW_MS = 10_000;

/** How many different failures of one client get lines of their own in that time. A client can use any number of names. */
const MAX_KINDS = 20;

/** How many clients are counted at once. Beyond that, the counts are written early. */
const MAX_CLIENTS = 2_000;

interface Kind<T> {
  readonly last: T;
  readonly count: number;
}

/** Writes the first of equal failures at once, and after ten seconds how many others there were, so that a log stays small. */
export class RepeatedFailures<T> {
  private readonly byClient = new Map<string, Map<string, Kind<T>>>();
  private timer: NodeJS.Timeout | undefined;

  /** @param write writes a failure; `repeated` is the number of equal ones after the first, the last of which it is */
  constructor(
    private readonly write: (failure: T, repeated: number) => void,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /** Writes or counts a failure. Failures of one `client` with the same `kind` are equal. */
  add(client: string, kind: string, failure: T): void {
    if (this.byClient.size >= MAX_CLIENTS && !this.byClient.has(client)) this.flush();
    this.timer ??= setTimeout(() => this.flush(), this.windowMs).unref();
    const kinds = this.byClient.get(client) ?? new Map<string, Kind<T>>();
    this.byClient.set(client, kinds);
    const key = kinds.has(kind) || kinds.size < MAX_KINDS ? kind : '';
    const known = kinds.get(key);
    kinds.set(key, { last: failure, count: (known?.count ?? -1) + 1 });
    if (known === undefined) this.write(failure, 0);
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
