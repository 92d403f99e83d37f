import { createHmac, randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';

import { isPassword, isWithinLimit } from './password-hash.js';
import { Semaphore } from './semaphore.js';
import { type Users } from './users-file.js';

export interface LoginOptions {
  /** How long a right password is remembered. */
  readonly rememberMs: number;
  readonly maxRemembered: number;
  /** How many may wait for their password to be hashed. */
  readonly maxWaiting: number;
  /** The time in milliseconds. */
  readonly now: () => number;
  readonly isPassword: (password: string, hash: string) => Promise<boolean>;
}

const DEFAULTS: LoginOptions = {
  rememberMs: 5 * 60_000,
  maxRemembered: 10_000,
  maxWaiting: 200,
  now: () => performance.now(),
  isPassword,
};

/** Used instead of a user's hash when there are no users. */
const NOBODY = `$2b$10$${'.'.repeat(53)}`;

/** How many characters of a hash say its cost and salt. */
const SALTED = 29;

/**
 * Tells whether a name and a password belong together.
 *
 * A hash takes a tenth of a second by intention, and clients log in with every request. So a right password is remembered for a
 * while (by a keyed hash, never itself), equal logins at one time share one run, and a core is left to the rest of the registry.
 */
export class PasswordVerifier {
  private readonly options: LoginOptions;
  private readonly key = randomBytes(32);
  private readonly turns: Semaphore;
  /** Login → until when it is remembered; in the order in which they were made. */
  private readonly remembered = new Map<string, number>();
  private readonly running = new Map<string, Promise<boolean>>();
  private readonly hashes = new WeakMap<Users, readonly string[]>();

  constructor(
    /** Those at this moment. */
    private readonly users: () => Users,
    options: Partial<LoginOptions> = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
    this.turns = new Semaphore(Math.max(1, availableParallelism() - 1), this.options.maxWaiting);
  }

  /** What `verify` would answer without a run of its own: it remembers the password, or is looking at it just now. */
  atHand(name: string, password: string): true | Promise<boolean> | undefined {
    const login = this.digest(this.hashOf(name), name, password);
    return this.isRemembered(login) || this.running.get(login);
  }

  /**
   * Whether `password` is that of `name`. A wrong one takes as long for a user as for nobody.
   *
   * @throws RegistryError `too-many-requests` when too many others wait already
   */
  async verify(name: string, password: string): Promise<boolean> {
    if (!isWithinLimit(password)) return false;
    const hash = this.hashOf(name);
    const login = this.digest(hash, name, password);
    if (this.isRemembered(login)) return true;
    let run = this.running.get(login);
    if (run === undefined) {
      run = this.check(login, password, hash).finally(() => this.running.delete(login));
      this.running.set(login, run);
    }
    return run;
  }

  /** Also of a name that is no user's. */
  private hashOf(name: string): string {
    const users = this.users();
    return users.get(name) ?? this.standIn(users, name);
  }

  private isRemembered(login: string): boolean {
    return (this.remembered.get(login) ?? -Infinity) > this.options.now();
  }

  private async check(login: string, password: string, hash: string): Promise<boolean> {
    const right = await this.turns.take(() => this.options.isPassword(password, hash));
    if (right) this.remember(login);
    return right;
  }

  /** Wrong passwords are not cached: many attempts would push out the valid ones. */
  private remember(login: string): void {
    this.remembered.delete(login);
    const [oldest] = this.remembered.keys();
    const full = this.remembered.size >= this.options.maxRemembered;
    if (full && oldest !== undefined) this.remembered.delete(oldest);
    this.remembered.set(login, this.options.now() + this.options.rememberMs);
  }

  /**
   * A hash that no password has, for a name that is no user's: it costs what that of some user costs, and always the same, since
   * where costs differ, one of its own would tell.
   */
  private standIn(users: Users, name: string): string {
    let hashes = this.hashes.get(users);
    if (hashes === undefined) this.hashes.set(users, (hashes = [...users.values()]));
    const chosen = createHmac('sha256', this.key).update(name).digest().readUInt32BE();
    const like = hashes[chosen % hashes.length] ?? NOBODY;
    return like.slice(0, SALTED).padEnd(NOBODY.length, '.');
  }

  /** The stored hash is part of it: with a new password, the old one is forgotten. */
  private digest(...login: readonly string[]): string {
    return createHmac('sha256', this.key).update(JSON.stringify(login)).digest('base64');
  }
}
