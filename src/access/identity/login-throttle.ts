import { createHash } from 'node:crypto';

import { RegistryError } from '../../domain/errors.js';

/** So many failures at once, and then one more each `refillMs`. */
interface Limit {
  readonly failures: number;
  readonly refillMs: number;
}

/** One name from one address; an address, whatever the names; a name, whatever the addresses. */
const PAIR: Limit = { failures: 5, refillMs: 12_000 };
const ADDRESS: Limit = { failures: 30, refillMs: 2_000 };
const NAME: Limit = { failures: 30, refillMs: 2_000 };

/** How many pairs, addresses and names are remembered; those that were quiet for longest are forgotten. */
const MAX_REMEMBERED = 20_000;

/** An attempt to log in, counted as a failure until it is known to be none. */
export interface Attempt {
  succeeded(): void;
  /** It was not made after all: nobody looked at the password. */
  withdraw(): void;
}

/**
 * Slows down clients that guess passwords, and no others.
 *
 * A name that somebody guesses from elsewhere stays open to an address from which it has logged in before, and an address that
 * many share stays open to those who have.
 */
export class LoginThrottle {
  private readonly failures = new Map<string, number>();
  private readonly trusted = new Map<string, true>();

  /** @param now milliseconds that only grow */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts an attempt before it is made, so that many at once gain nothing. @throws RegistryError `too-many-requests` */
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
        remember(this.trusted, pair, true);
      },
      withdraw: () => countAll(-1),
    };
  }

  private waitFor(key: string, { failures, refillMs }: Limit): number {
    return this.debt(key) - (failures - 1) * refillMs;
  }

  /** What is kept is when the debt is paid: each failure puts that off by one refill. */
  private count(key: string, { refillMs }: Limit, by: 1 | -1): void {
    const debt = Math.max(0, this.debt(key) + by * refillMs);
    this.failures.delete(key);
    if (debt > 0) remember(this.failures, key, this.now() + debt);
  }

  private debt(key: string): number {
    return Math.max(0, (this.failures.get(key) ?? 0) - this.now());
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MAX_REMEMBERED) map.delete(map.keys().next().value ?? '');
}

/** Many are remembered, and somebody who only tries may send names of any length. */
function shortened(name: string): string {
  return createHash('sha256').update(name).digest('base64');
}

/** Of an IPv6 address the part that a customer of a provider gets as a whole: four groups, also where `::` stands for some. */
function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const groups = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const [front = [], back = []] = groups;
  const zeros = new Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0');
  return [...front, ...zeros, ...back].slice(0, 4).join(':');
}

function tooMany(waitMs: number): RegistryError {
  const retryAfter = Math.ceil(waitMs / 1_000);
  return new RegistryError('too-many-requests', 'too many failed logins', { retryAfter });
}
