import {
  isSecretName,
  requireSecretName,
  SecretStore,
  type SecretPurpose,
} from '../ports/secret-store.js';
import { statement, type Database } from './database/database.js';

const GET = statement('get-secret', `SELECT secret FROM secrets WHERE purpose = $1 AND name = $2`);

const PUT = statement(
  'put-secret',
  `INSERT INTO secrets (purpose, name, secret) VALUES ($1, $2, $3)
   ON CONFLICT (purpose, name) DO UPDATE SET secret = excluded.secret`,
);

const LIST = statement('list-secrets', `SELECT name FROM secrets WHERE purpose = $1`);

const REMOVE = statement(
  'remove-secret',
  `DELETE FROM secrets WHERE purpose = $1 AND name = $2 RETURNING name`,
);

/** The secrets in the database. */
export class PostgresSecretStore extends SecretStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async get(purpose: SecretPurpose, name: string): Promise<Uint8Array | undefined> {
    if (!isSecretName(name)) return undefined;
    const values = [purpose, name];
    const [found] = await this.database.query<{ readonly secret: Buffer }>(GET, values);
    return found?.secret;
  }

  override async put(purpose: SecretPurpose, name: string, secret: Uint8Array): Promise<void> {
    requireSecretName(name);
    // A copy: the statement may run again after the caller has changed the bytes.
    await this.database.query(PUT, [purpose, name, Buffer.from(secret)]);
  }

  override async list(purpose: SecretPurpose): Promise<string[]> {
    const rows = await this.database.query<{ readonly name: string }>(LIST, [purpose]);
    return rows.map(({ name }) => name);
  }

  override async remove(purpose: SecretPurpose, name: string): Promise<boolean> {
    if (!isSecretName(name)) return false;
    return (await this.database.query(REMOVE, [purpose, name])).length > 0;
  }
}
