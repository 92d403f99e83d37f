import { createHmac, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';

import { RegistryError } from '../../domain/errors.js';
import { SharedWork } from '../../domain/shared-work.js';
import { isPassword, isWithinLimit } from './password-hash.js';
import { type Users } from './users-file.js';

export interface VerifierOptions {
  /** How long a verified password is cached. */
  readonly rememberMs: number;
  readonly maxRemembered: number;
  /** How many logins may wait for their password to be hashed. */
  readonly maxWaiting: number;
  /** Returns the time in milliseconds. */
  readonly now: () => number;
  readonly isPassword: (password: string, hash: string) => Promise<boolean>;
}

const DEFAULTS: VerifierOptions = {
  rememberMs: 5 * 60_000,
  maxRemembered: 10_000,
  maxWaiting: 200,
  now: () => performance.now(),
  isPassword,
};

/** Used instead of a user's hash when there are no users. */
const DUMMY_HASH = `$2b$10$${'.'.repeat(53)}`;

/** How many characters of a hash contain its cost and salt. */
const SALTED = 29;

/**
 * Verifies the passwords of users, and caches verified ones for a while as keyed hashes. A hash takes a tenth of a second on
 * purpose, and clients log in with every request.
 */
export class PasswordVerifier {
  private readonly options: VerifierOptions;
  private readonly key = randomBytes(32);
  private readonly hashing: LimitFunction;
  /** Login → the time at which it expires. */
  private readonly remembered: LRUCache<string, number>;
  private readonly checks = new SharedWork<boolean>();
  private readonly hashes = new WeakMap<Users, readonly string[]>();

  constructor(
    /** Returns the current users. */
    private readonly users: () => Users,
    options: Partial<VerifierOptions> = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
    // One core is left to the rest of the registry.
    this.hashing = pLimit(Math.max(1, availableParallelism() - 1));
    this.remembered = new LRUCache({ max: this.options.maxRemembered });
  }

  /** Returns the result of `verify` if it is cached or in progress, or else `undefined`. */
  cachedOrRunning(name: string, password: string): true | Promise<boolean> | undefined {
    const login = this.digest(this.hashOf(name), name, password);
    return this.isRemembered(login) || this.checks.running(login);
  }

  /**
   * Returns whether `password` belongs to `name`. A wrong password takes as long for an unknown name as for a user.
   *
   * @throws RegistryError `too-many-requests` when too many logins are waiting
   */
  async verify(name: string, password: string): Promise<boolean> {
    if (!isWithinLimit(password)) return false;
    const hash = this.hashOf(name);
    const login = this.digest(hash, name, password);
    if (this.isRemembered(login)) return true;
    return this.checks.run(login, () => this.check(login, password, hash));
  }

  /** Returns the hash of a user, or a dummy hash for an unknown name. */
  private hashOf(name: string): string {
    const users = this.users();
    return users.get(name) ?? this.dummyHash(users, name);
  }

  private isRemembered(login: string): boolean {
    return (this.remembered.get(login) ?? -Infinity) > this.options.now();
  }

  private async check(login: string, password: string, hash: string): Promise<boolean> {
    const { activeCount, pendingCount, concurrency } = this.hashing;
    if (activeCount + pendingCount >= concurrency + this.options.maxWaiting) {
      throw new RegistryError('too-many-requests', 'too many logins at once', { retryAfter: 1 });
    }
    const right = await this.hashing(() => this.options.isPassword(password, hash));
    // Wrong passwords are not cached: many attempts would push out the valid ones.
    if (right) this.remembered.set(login, this.options.now() + this.options.rememberMs);
    return right;
  }

  /**
   * Returns a dummy hash for an unknown name, so that it takes as long as a user's.
   *
   * Its cost is copied from a real user, always the same one for a name: differing costs would reveal which names exist.
   */
  private dummyHash(users: Users, name: string): string {
    let hashes = this.hashes.get(users);
    if (hashes === undefined) this.hashes.set(users, (hashes = [...users.values()]));
    const chosen = createHmac('sha256', this.key).update(name).digest().readUInt32BE();
    const like = hashes[chosen % hashes.length] ?? DUMMY_HASH;
    return like.slice(0, SALTED).padEnd(DUMMY_HASH.length, '.');
  }

  /** Returns the key of a login in the caches. It includes the stored hash, so a new password invalidates the old one. */
  private digest(...login: readonly string[]): string {
    return createHmac('sha256', this.key).update(JSON.stringify(login)).digest('base64');
  }
}
