/** An equal failure within this time after the first is not recorded. In milliseconds. */
const WINDOW_MS = 60_000;

/** How many failures are recorded in that time, from one network and in all. Otherwise a client could displace all other events. */
const MAX_OF_NETWORK = 10;
const MAX_OF_ALL = 100;

interface Failure {
  readonly network: string;
  readonly at: number;
}

/** Decides which failed logins are recorded: at most one a minute for a login name and a network, and not too many in all. */
export class LoginLimit {
  /** Network and name → the failure that was recorded, the oldest first. */
  private readonly recent = new Map<string, Failure>();

  /** @param now a monotonic clock, in milliseconds */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Returns whether a failure is to be recorded, and counts it if so. */
  admits(network: string, name: string): boolean {
    const at = this.now();
    for (const [key, failure] of this.recent) {
      if (at - failure.at < WINDOW_MS) break;
      this.recent.delete(key);
    }
    const key = JSON.stringify([network, name]);
    if (this.recent.has(key) || this.recent.size >= MAX_OF_ALL) return false;
    const same = [...this.recent.values()].filter((failure) => failure.network === network);
    if (same.length >= MAX_OF_NETWORK) return false;
    this.recent.set(key, { network, at });
    return true;
  }
}
