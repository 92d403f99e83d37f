import { DatabaseError } from 'pg';

import { type Queries, type Statement } from './database.js';

/** The id of the transaction, or NULL if it has written nothing. */
export const OWN_ID: Statement = {
  name: 'own-transaction',
  text: `SELECT pg_current_xact_id_if_assigned()::text AS id`,
};

/** Source: PostgreSQL documentation, "System Information Functions", `pg_xact_status`. */
const STATUS: Statement = {
  name: 'transaction-status',
  text: `SELECT pg_xact_status($1::text::xid8) AS status`,
};

/** The error for an id that the server has not given yet. */
const IN_THE_FUTURE = '22023';

/** What became of a transaction whose COMMIT was not answered. */
export type Outcome = 'committed' | 'aborted' | 'in progress';

/** Resolves to the outcome of a transaction. A standby that took over without it does not know its id. */
export async function outcomeOf(queries: Queries, id: string): Promise<Outcome> {
  try {
    const [found] = await queries.query<{ readonly status: Outcome | null }>(STATUS, [id]);
    return found?.status ?? 'aborted';
  } catch (error) {
    if (error instanceof DatabaseError && error.code === IN_THE_FUTURE) return 'aborted';
    throw error;
  }
}
