import { EventCursors, requireConsumerName, type EventPosition } from '../../ports/outbox.js';
import { statement, type Database } from '../database/database.js';

const GET = statement(
  'get-cursor',
  `SELECT position, state FROM event_cursors WHERE consumer = $1`,
);

const PUT = statement(
  'put-cursor',
  `INSERT INTO event_cursors (consumer, position, state) VALUES ($1, $2, $3)
   ON CONFLICT (consumer) DO UPDATE SET position = excluded.position, state = excluded.state`,
);

const LIST = statement('list-cursors', `SELECT consumer, position FROM event_cursors`);

const REMOVE = statement(
  'remove-cursor',
  `DELETE FROM event_cursors WHERE consumer = $1 RETURNING consumer`,
);

interface CursorRow {
  readonly position: string;
  readonly state: string | null;
}

/** A consumer and its position. */
export interface ConsumerRow {
  readonly consumer: string;
  readonly position: string;
}

export class PostgresEventCursors extends EventCursors {
  constructor(private readonly database: Database) {
    super();
  }

  override async get(consumer: string): Promise<EventPosition | undefined> {
    return (await this.find(consumer))?.position;
  }

  override async put(consumer: string, position: EventPosition, state?: string): Promise<void> {
    requireConsumerName(consumer);
    await this.database.query(PUT, [consumer, position, state ?? null]);
  }

  override async state(consumer: string): Promise<string | undefined> {
    return (await this.find(consumer))?.state ?? undefined;
  }

  override async list(): Promise<string[]> {
    return (await this.all()).map(({ consumer }) => consumer);
  }

  override async remove(consumer: string): Promise<boolean> {
    return (await this.database.query(REMOVE, [consumer])).length > 0;
  }

  /** Resolves to all consumers with their positions. There are few. */
  all(): Promise<ConsumerRow[]> {
    return this.database.query<ConsumerRow>(LIST);
  }

  private async find(consumer: string): Promise<CursorRow | undefined> {
    const [found] = await this.database.query<CursorRow>(GET, [consumer]);
    return found;
  }
}
