import { setTimeout as delay } from 'node:timers/promises';

import { ReadOnlySwitch } from '../ports/read-only-switch.js';
import { unavailable } from './database/database-failures.js';
import { statement, type Database } from './database/database.js';

const READ = statement('read-only', `SELECT state FROM states WHERE name = 'read-only'`);

const SET = statement(
  'set-read-only',
  `INSERT INTO states (name, state) VALUES ('read-only', $1)
   ON CONFLICT (name) DO UPDATE SET state = excluded.state, changed_at = now()`,
);

/** How long a process uses the state that it has read. In milliseconds. */
const SEEN_FOR_MS = 1_000;

/** How often a request reads the row again before it fails. */
const TRIES = 3;

/** What a process has read, and when it began to. */
interface Seen {
  readonly isOn: boolean;
  readonly at: number;
}

/** The switch is a row, which each process reads at most once a second. */
export class ReadOnlyRow extends ReadOnlySwitch {
  private seen: Seen = { isOn: false, at: -Infinity };
  private reading: Promise<Seen> | undefined;

  constructor(private readonly database: Database) {
    super();
  }

  override isOn(): boolean | Promise<boolean> {
    return isFresh(this.seen) ? this.seen.isOn : this.look();
  }

  override async set(on: boolean): Promise<void> {
    await this.database.query(SET, [on ? 'on' : 'off']);
    // Then every process has read the row again.
    await delay(SEEN_FOR_MS);
  }

  /**
   * Reads the row until the answer is not too old: the database may have been away meanwhile.
   *
   * @throws RegistryError `storage-gone` if the database answers too slowly several times
   */
  private async look(): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      this.reading ??= this.read();
      try {
        this.seen = await this.reading;
      } finally {
        this.reading = undefined;
      }
      if (isFresh(this.seen)) return this.seen.isOn;
    }
    throw unavailable(new Error('the database answers too slowly'));
  }

  private async read(): Promise<Seen> {
    const at = performance.now();
    const [found] = await this.database.query<{ readonly state: string }>(READ);
    return { isOn: found?.state === 'on', at };
  }
}

function isFresh({ at }: Seen): boolean {
  return performance.now() - at < SEEN_FOR_MS;
}
