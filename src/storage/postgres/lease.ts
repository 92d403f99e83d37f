import { randomUUID } from 'node:crypto';

import { type Lease, type LeaseTerms } from '../ports/lease.js';
import { statement, type Database } from './database/database.js';

/**
 * Takes a lease that nobody holds and that was not released too recently, by the clock of the database at the moment when the row is
 * locked. The holder itself may take it again: the answer to the first run may have been lost.
 */
const TAKE = statement(
  'take-lease',
  `INSERT INTO leases (name, holder, held_until)
   VALUES ($1, $2, clock_timestamp() + $3::float8 * interval '1 millisecond')
   ON CONFLICT (name) DO UPDATE SET
     holder = excluded.holder,
     held_until = clock_timestamp() + $3::float8 * interval '1 millisecond',
     released_at = NULL
   WHERE leases.holder = excluded.holder
     OR (
       coalesce(leases.held_until <= clock_timestamp(), true)
       AND coalesce(
         leases.released_at + $4::float8 * interval '1 millisecond' <= clock_timestamp(),
         true
       )
     )
   RETURNING name`,
);

const EXTEND = statement(
  'extend-lease',
  `UPDATE leases
   SET held_until = clock_timestamp() + $3::float8 * interval '1 millisecond'
   WHERE name = $1 AND holder = $2 AND held_until > clock_timestamp()
   RETURNING name`,
);

const RELEASE = statement(
  'release-lease',
  `UPDATE leases
   SET holder = NULL, held_until = NULL, released_at = clock_timestamp()
   WHERE name = $1 AND holder = $2`,
);

/** A lease that is a row. The database alone grants it; the clocks of the process can only end it sooner. */
export class PostgresLease implements Lease {
  private until = 0;
  /** The same by a clock that nobody sets, but that may stand still while the machine is suspended. */
  private untilUnset = 0;
  private readonly holder = randomUUID();

  private constructor(
    private readonly database: Database,
    private readonly name: string,
    private readonly terms: LeaseTerms,
  ) {}

  /** Takes the lease, or resolves to `undefined` if a process holds it or released it too recently. */
  static async take(
    database: Database,
    name: string,
    terms: LeaseTerms,
  ): Promise<PostgresLease | undefined> {
    const lease = new PostgresLease(database, name, terms);
    const values = [name, lease.holder, terms.forMs, terms.idleMs];
    const isTaken = await lease.renew(() => database.query(TAKE, values));
    return isTaken ? lease : undefined;
  }

  get holds(): boolean {
    return Date.now() < this.until && performance.now() < this.untilUnset;
  }

  async extend(): Promise<void> {
    if (!this.holds) return;
    const values = [this.name, this.holder, this.terms.forMs];
    await this.renew(() => this.database.query(EXTEND, values));
  }

  async release(): Promise<void> {
    this.until = 0;
    await this.database.query(RELEASE, [this.name, this.holder]);
  }

  /** Runs a statement that returns a row if this holder has the lease. Resolves to whether it has. */
  private async renew(run: () => Promise<readonly unknown[]>): Promise<boolean> {
    // From before the statement on, so that the lease never ends later here than in the database.
    const [from, fromUnset] = [Date.now(), performance.now()];
    const isHeld = (await run()).length > 0;
    this.until = isHeld ? from + this.terms.forMs : 0;
    this.untilUnset = fromUnset + this.terms.forMs;
    return isHeld;
  }
}
