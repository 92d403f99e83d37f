import { createHash } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { networkOf } from '../../domain/client-network.js';
import { RegistryError } from '../../domain/errors.js';

/** The failures allowed at once, and the time after which one more is allowed. */
interface Limit {
  readonly failures: number;
  readonly refillMs: number;
}

/** Limits for one name from one address, for one address with any names, and for one name from any addresses. */
const PAIR: Limit = { failures: 5, refillMs: 12_000 };
const ADDRESS: Limit = { failures: 30, refillMs: 2_000 };
const NAME: Limit = { failures: 30, refillMs: 2_000 };

/** How many pairs, addresses and names are remembered. The one that was quiet for longest is forgotten first. */
const MAX_REMEMBERED = 20_000;

/** A login attempt. It counts against the limits until `succeeded` or `withdraw` is called. */
export interface Attempt {
  succeeded(): void;
  /** Cancels the attempt, because the password was not checked. */
  withdraw(): void;
}

/**
 * Slows down clients that guess passwords.
 *
 * After a name has logged in from an address, guesses of other names or from other addresses do not slow down that pair.
 */
export class LoginThrottle {
  /** Pair, address or name → the time at which its debt is paid. Each failure adds one refill to the debt. */
  private readonly failures: LRUCache<string, number>;
  private readonly trusted: LRUCache<string, true>;

  /** @param now a monotonic clock, in milliseconds */
  constructor(
    private readonly now: () => number = () => performance.now(),
    maxRemembered = MAX_REMEMBERED,
  ) {
    this.failures = new LRUCache({ max: maxRemembered });
    this.trusted = new LRUCache({ max: maxRemembered });
  }

  /** Counts an attempt before it is made, so that parallel attempts gain nothing. @throws RegistryError `too-many-requests` */
  begin(address: string, name: string): Attempt {
    const source = networkOf(address);
    const who = shortened(name);
    const pair = `${source} ${who}`;
    const counted: [string, Limit][] = [[`pair ${pair}`, PAIR]];
    if (!this.trusted.has(pair))
      counted.push([`address ${source}`, ADDRESS], [`name ${who}`, NAME]);
    const waitMs = Math.max(...counted.map(([key, limit]) => this.waitFor(key, limit)));
    if (waitMs > 0) throw tooMany(waitMs);
    const countAll = (by: 1 | -1) => counted.forEach(([key, limit]) => this.count(key, limit, by));
    countAll(1);
    return {
      succeeded: () => {
        countAll(-1);
        this.trusted.set(pair, true);
      },
      withdraw: () => countAll(-1),
    };
  }

  private waitFor(key: string, { failures, refillMs }: Limit): number {
    return this.debt(key) - (failures - 1) * refillMs;
  }

  private count(key: string, { refillMs }: Limit, by: 1 | -1): void {
    const debt = Math.max(0, this.debt(key) + by * refillMs);
    if (debt > 0) this.failures.set(key, this.now() + debt);
    else this.failures.delete(key);
  }

  private debt(key: string): number {
    return Math.max(0, (this.failures.get(key) ?? 0) - this.now());
  }
}

/** Returns a key of fixed length, because clients may send names of any length. */
function shortened(name: string): string {
  return createHash('sha256').update(name).digest('base64');
}

function tooMany(waitMs: number): RegistryError {
  const retryAfter = Math.ceil(waitMs / 1_000);
  return new RegistryError('too-many-requests', 'too many failed logins', { retryAfter });
}
