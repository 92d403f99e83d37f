import { createHash, randomBytes } from 'node:crypto';

import { LRUCache } from 'lru-cache';

import { type Caller } from '../policy/caller.js';
import { type SecretStore } from '../../storage/ports/secret-store.js';
import { type Accounts } from './accounts.js';
import { type Identity, type TokenSubject } from './subject.js';

/** A login that a browser keeps. */
export interface Session {
  readonly id: string;
  readonly caller: Caller;
  /** When it ends at the latest, in milliseconds since the epoch. */
  readonly until: number;
}

/** How long a session is valid. */
const VALID_MS = 12 * 3_600_000;

/** How long a process goes on with a session that another process has ended. */
const KNOWN_MS = 2_000;

/** How many sessions a process knows. A further one is read again. */
const MAX_KNOWN = 10_000;

/** How often a process removes the records of sessions that have ended. */
const TIDY_EVERY_MS = 600_000;

/** The time of the end, which the name of the record repeats, and 256 random bits. */
const SESSION_ID = /^(\d{13})\.[\w-]{43}$/;

/** The time of the end, and the hash of the id. */
const RECORD_NAME = /^(\d{13})-[0-9a-f]{64}$/;

/**
 * The sessions of a registry, shared by all its processes. Their records have who logged in, and only a hash of the id, so that a copy
 * of the storage lets nobody in.
 */
export class Sessions {
  /** Record name → whom it belongs to. */
  private readonly known: LRUCache<string, TokenSubject>;
  private tidiedAt = -Infinity;

  constructor(
    private readonly accounts: Accounts,
    private readonly secrets: SecretStore,
    private readonly now: () => number = Date.now,
  ) {
    this.known = new LRUCache({ max: MAX_KNOWN, ttl: KNOWN_MS, perf: { now } });
  }

  /** Opens a session for a login. It ends with the token that logged in, if that has an end. */
  async open({ subject, caller }: Identity): Promise<Session> {
    await this.tidy();
    const ends = subject.kind === 'external' ? subject.until : Infinity;
    const until = Math.min(this.now() + VALID_MS, ends);
    const id = `${until}.${randomBytes(32).toString('base64url')}`;
    const record = { subject, openedAt: this.now() };
    await this.secrets.put('sessions', nameOf(id), Buffer.from(`${JSON.stringify(record)}\n`));
    return { id, caller, until };
  }

  /**
   * Resolves to the session, or to `undefined` if it has ended: by its time, a logout, another password, a revoked robot, or because
   * the login does not exist any more.
   */
  async find(id: string): Promise<Session | undefined> {
    const until = Number(SESSION_ID.exec(id)?.[1] ?? 0);
    if (until <= this.now()) return undefined;
    const subject = await this.subjectOf(nameOf(id));
    const caller = subject && (await this.accounts.callerOf(subject));
    return caller && { id, caller, until };
  }

  /** Ends a session: at once in this process, within two seconds in all others. */
  async close(id: string): Promise<void> {
    if (!SESSION_ID.test(id)) return;
    await this.secrets.remove('sessions', nameOf(id));
    this.known.delete(nameOf(id));
  }

  private async subjectOf(name: string): Promise<TokenSubject | undefined> {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const stored = await this.secrets.get('sessions', name);
    const subject = stored && parse(Buffer.from(stored).toString());
    if (subject !== undefined) this.known.set(name, subject);
    return subject;
  }

  /** Removes the records of sessions whose time is over. The others are not read. */
  private async tidy(): Promise<void> {
    if (this.now() - this.tidiedAt < TIDY_EVERY_MS) return;
    this.tidiedAt = this.now();
    for (const name of await this.secrets.list('sessions')) {
      const until = Number(RECORD_NAME.exec(name)?.[1] ?? Infinity);
      if (until <= this.now()) await this.secrets.remove('sessions', name);
    }
  }
}

/** Returns the name of a session's record. A slow hash would gain nothing over 256 random bits. */
function nameOf(id: string): string {
  const [until = ''] = id.split('.');
  return `${until}-${createHash('sha256').update(id).digest('hex')}`;
}

/** Returns `undefined` for a text that `open` did not write: it gives no rights. Only the registry can have written it. */
function parse(text: string): TokenSubject | undefined {
  try {
    const { subject } = Object(JSON.parse(text)) as { subject?: unknown };
    return typeof subject === 'object' && subject !== null ? (subject as TokenSubject) : undefined;
  } catch {
    return undefined;
  }
}
