import { Pool, type PoolClient, type PoolConfig } from 'pg';

import { typeParsers } from './type-parsers.js';
import { OWN_ID, outcomeOf } from './commit-outcome.js';
import {
  isLostConnection,
  isReadOnly,
  isTooSlow,
  isTransient,
  unavailable,
} from './database-failures.js';

/** A statement that the server prepares once for each connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** What a statement can be given: texts, numbers, bytes, times, and lists of these. */
export type Value = string | number | boolean | Uint8Array | Date | null | readonly Value[];

/** Runs statements: a `Database` each in a transaction of its own, a `Transaction` all in one. */
export interface Queries {
  /** Resolves to the rows of the result. The caller names their type, which a test compares with the columns. */
  query<Row>(statement: Statement, values?: readonly Value[]): Promise<Row[]>;
}

/** All statements by their names, so that no two of them have the same one. */
const STATEMENTS = new Map<string, Statement>();

/** Makes a statement. @throws Error if another one has the name */
export function statement(name: string, text: string): Statement {
  if (STATEMENTS.has(name)) throw new Error(`two statements are called ${name}`);
  const made = { name, text };
  STATEMENTS.set(name, made);
  return made;
}

/** Returns all statements of the modules that are loaded. A test prepares them. */
export function allStatements(): readonly Statement[] {
  return [...STATEMENTS.values()];
}

export interface DatabaseOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. */
  readonly url: string;
  /** The most connections that are open at the same time. */
  readonly connections: number;
  /** A statement that takes longer fails. In milliseconds. */
  readonly statementTimeoutMs?: number;
}

/** A transaction whose COMMIT was sent. */
interface SentCommit<Result> {
  readonly id: string;
  readonly result: Result;
}

/** How long a request waits for a connection, and for a database that is away, before it fails. In milliseconds. */
const PATIENCE_MS = 3_000;

/** How much later than the server this process gives up a statement. Only a server that gives no answer at all lets it. In milliseconds. */
const ANSWER_MS = 1_000;

/** How long a repeated statement waits before the next try. In milliseconds. */
const BETWEEN_TRIES_MS = 100;

/** A PostgreSQL database. Nothing is kept in a session, so a pooler may share its connections by transactions. */
export class Database implements Queries {
  private readonly pool: Pool;

  constructor(options: DatabaseOptions) {
    this.pool = new Pool(poolConfig(options));
    // An idle connection that the server ends is replaced when the next one is needed.
    this.pool.on('error', ignore);
  }

  /**
   * Runs one statement, and runs it again if the database was away or gave up, for a few seconds. So the statement must do no harm if it
   * runs twice.
   *
   * @throws RegistryError `storage-gone` while the database cannot be reached, or takes too long
   */
  query<Row>(statement: Statement, values: readonly Value[] = []): Promise<Row[]> {
    return this.patiently(() => run<Row>(this.pool, statement, values));
  }

  /**
   * Runs `work` in one transaction, and again as `query` does, but not if only the answer to its COMMIT was lost. It must not wait for
   * anything but the database.
   *
   * @throws RegistryError `storage-gone` while the database cannot be reached
   */
  transaction<Result>(work: (transaction: Queries) => Promise<Result>): Promise<Result> {
    return this.patiently(async () => {
      let sent: SentCommit<Result> | undefined;
      try {
        return await this.once(work, (commit) => (sent = commit));
      } catch (error) {
        if (sent !== undefined && isTransient(error) && (await this.isCommitted(sent.id))) {
          return sent.result;
        }
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** @param commits called before COMMIT is sent, unless nothing was written */
  private async once<Result>(
    work: (transaction: Queries) => Promise<Result>,
    commits: (commit: SentCommit<Result>) => void,
  ): Promise<Result> {
    const client = await this.pool.connect();
    // The next statement reports that the connection has ended. Without a listener, the event would end the process.
    client.on('error', ignore);
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({ query: (statement, values) => run(client, statement, values) });
      const [own] = await run<{ readonly id: string | null }>(client, OWN_ID);
      if (own !== undefined && own.id !== null) commits({ id: own.id, result });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      broken = await rolledBack(client, error);
      throw error;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }

  /** @throws RegistryError `storage-gone` if the server does not know it yet */
  private async isCommitted(id: string): Promise<boolean> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      const outcome = await outcomeOf(this, id);
      if (outcome !== 'in progress') return outcome === 'committed';
      if (performance.now() >= end) throw unavailable(new Error(`transaction ${id} has not ended`));
      await pause(BETWEEN_TRIES_MS);
    }
  }

  private async patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (isTooSlow(error)) throw unavailable(error);
        if (!isTransient(error)) throw error;
        if (performance.now() >= end) throw unavailable(error);
        await pause(BETWEEN_TRIES_MS);
      }
    }
  }
}

async function run<Row>(
  on: Pool | PoolClient,
  { name, text }: Statement,
  values: readonly Value[] = [],
): Promise<Row[]> {
  const { rows } = await on.query<Row & object>({ name, text, values: [...values] });
  return rows;
}

/** Rolls back after a failure. Resolves to the reason why the connection cannot be used any more, if there is one. */
async function rolledBack(client: PoolClient, failure: unknown): Promise<Error | undefined> {
  // A server that gives no answer would give none to this either. One that became a standby is left: another connection may lead to the
  // new primary.
  if (failure instanceof Error && (isLostConnection(failure) || isReadOnly(failure)))
    return failure;
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function poolConfig({
  url,
  connections,
  statementTimeoutMs = 30_000,
}: DatabaseOptions): PoolConfig {
  return {
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: PATIENCE_MS,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + ANSWER_MS,
    idle_in_transaction_session_timeout: 10_000,
    application_name: 'berth',
    keepAlive: true,
    types: typeParsers,
  };
}

function ignore(): void {
  // Nothing is to be done.
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
