import { type StorageSnapshot } from '../ports/statistics.js';
import { decodeSnapshot, encodeSnapshot } from '../protocol/snapshot-lines.js';
import { statement, type Database } from './database/database.js';

/** The text is sent only if it is another one than the process knows. */
const READ = statement(
  'read-snapshot',
  `SELECT version, CASE WHEN version = $1::uuid THEN NULL ELSE state END AS state
   FROM states
   WHERE name = 'snapshot'`,
);

const WRITE = statement(
  'write-snapshot',
  `INSERT INTO states (name, state) VALUES ('snapshot', $1)
   ON CONFLICT (name) DO UPDATE SET
     state = excluded.state,
     version = excluded.version,
     changed_at = now()`,
);

interface StateRow {
  readonly version: string;
  readonly state: string | null;
}

/** The row of the snapshot, and its content in memory as long as the row does not change. */
export class SnapshotRow {
  private version: string | null = null;
  private content: Promise<StorageSnapshot | undefined> = Promise.resolve(undefined);

  constructor(private readonly database: Database) {}

  /** Resolves to `undefined` if there is no snapshot, or its content is invalid. */
  async read(): Promise<StorageSnapshot | undefined> {
    const [found] = await this.database.query<StateRow>(READ, [this.version]);
    if (found === undefined) return undefined;
    // Another call may have decoded this version meanwhile.
    if (found.state !== null && found.version !== this.version) {
      this.version = found.version;
      this.content = decodeSnapshot(found.state);
    }
    return this.content;
  }

  async write(snapshot: StorageSnapshot): Promise<void> {
    await this.database.query(WRITE, [await encodeSnapshot(snapshot)]);
  }
}
