import { randomUUID } from 'node:crypto';

import { LiveNotes } from '../ports/live-notes.js';
import { statement, type Database } from './database/database.js';

const WANT = statement(
  'want-notes',
  `INSERT INTO live_wishes (name) VALUES ('notes')
   ON CONFLICT (name) DO UPDATE SET wanted_at = now()`,
);

const IS_WANTED = statement(
  'are-notes-wanted',
  `SELECT wanted_at > now() - interval '5 seconds' AS is_wanted
   FROM live_wishes
   WHERE name = 'notes'`,
);

const WRITE = statement(
  'write-note',
  `INSERT INTO live_notes (process, note) VALUES ($1, $2)
   ON CONFLICT (process) DO UPDATE SET note = excluded.note, written_at = now()`,
);

const CLEAR = statement('clear-note', `DELETE FROM live_notes WHERE process = $1`);

const READ = statement(
  'read-notes',
  `SELECT note FROM live_notes WHERE written_at > now() - interval '1 minute'`,
);

/** Removes the notes of dead processes. */
const TIDY = statement(
  'tidy-notes',
  `DELETE FROM live_notes WHERE written_at < now() - interval '10 minutes'`,
);

/** How often a process looks for a wish. In milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** Keeps the note of each process in a row that a crash of the database may lose. */
export class PostgresLiveNotes extends LiveNotes {
  private readonly process = randomUUID();
  private wanted = false;
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  constructor(private readonly database: Database) {
    super();
  }

  override async want(): Promise<void> {
    await this.database.query(WANT);
    this.wanted = true;
  }

  override isWanted(): boolean {
    // From the first request on, because later ones must know at once.
    if (this.timer === undefined) this.beginLooking();
    return this.wanted;
  }

  override async write(text: string): Promise<void> {
    await this.database.query(WRITE, [this.process, text]);
  }

  override async clear(): Promise<void> {
    await this.database.query(CLEAR, [this.process]);
  }

  override async read(): Promise<string[]> {
    await this.database.query(TIDY);
    const rows = await this.database.query<{ readonly note: string }>(READ);
    return rows.map(({ note }) => note);
  }

  /** Ends the looks for a wish. */
  close(): void {
    clearInterval(this.timer);
  }

  private beginLooking(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
    void this.look();
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const [found] = await this.database.query<{ readonly is_wanted: boolean }>(IS_WANTED);
      this.wanted = found?.is_wanted ?? false;
    } catch {
      // While the database is away, notes reach no reader.
      this.wanted = false;
    } finally {
      this.isLooking = false;
    }
  }
}
