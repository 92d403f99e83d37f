import { type RepositoryName } from '../../domain/repository-name.js';
import { RepositoryCatalog } from '../ports/repository-catalog.js';
import { statement, type Database } from './database/database.js';
import { keysetPages, sortableText } from './database/keyset-pages.js';

const HAS = statement('has-repository', `SELECT listed FROM repositories WHERE name = $1`);

const LIST = statement(
  'list-repositories',
  `SELECT name FROM repositories WHERE listed AND name > $1 ORDER BY name LIMIT $2`,
);

interface NameRow {
  readonly name: RepositoryName;
}

/** The repositories in the database that have had a manifest. */
export class PostgresRepositoryCatalog extends RepositoryCatalog {
  constructor(private readonly database: Database) {
    super();
  }

  override async has(repository: RepositoryName): Promise<boolean> {
    const [found] = await this.database.query<{ readonly listed: boolean }>(HAS, [repository]);
    return found?.listed ?? false;
  }

  override async *list(after = '', atMost?: number): AsyncIterable<RepositoryName> {
    const rows = keysetPages<NameRow>((last, limit) => {
      return this.database.query(LIST, [last?.name ?? sortableText(after), limit]);
    }, atMost);
    for await (const { name } of rows) yield name;
  }
}
