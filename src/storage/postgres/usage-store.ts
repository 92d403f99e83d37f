import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type Lease } from '../ports/lease.js';
import { UsageStore, type Pulls, type PullsByDay, type Usage } from '../ports/usage-store.js';
import { addUsage } from '../protocol/add-usage.js';
import { addPulls, dayOf } from '../protocol/pulls-by-day.js';
import { type Database } from './database/database.js';
import { digestBytes, digestOf } from './database/digest-bytes.js';
import {
  ADD_PULLS,
  FIND_GONE,
  FORGET_DAYS,
  FORGET_GONE,
  READ_DAYS,
  READ_PULLS,
  type PullsKey,
} from './usage-statements.js';

/** How many rows `fold` looks at by one statement. */
const AT_ONCE = 5_000;

/** A collector without competitors. */
const ALWAYS = { holds: true };

/** Counts the pulls of all processes in rows. There is nothing to merge: each addition is one statement. */
export class PostgresUsageStore extends UsageStore {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(repository: RepositoryName, pulls: readonly Pulls[]): Promise<void> {
    const usage = new Map<string, Usage>();
    const days = new Map<number, number>();
    for (const { digest, ...added } of pulls) {
      addUsage(usage, digest.toString(), added);
      addPulls(days, dayOf(added.lastPulledAt), added.pulls);
    }
    await this.database.query(ADD_PULLS, [
      repository,
      [...usage.keys()].map((text) => digestBytes(Digest.parse(text))),
      [...usage.values()].map((added) => added.pulls),
      [...usage.values()].map(({ lastPulledAt }) => lastPulledAt),
      [...days.keys()],
      [...days.values()],
    ]);
  }

  override async of(repository: RepositoryName): Promise<ReadonlyMap<string, Usage>> {
    const rows = await this.database.query<{
      readonly digest: Buffer;
      readonly pulls: number;
      readonly last_pulled_at: Date;
    }>(READ_PULLS, [repository]);
    return new Map(
      rows.map(({ digest, pulls, last_pulled_at }) => [
        digestOf(digest).toString(),
        { pulls, lastPulledAt: last_pulled_at.getTime() },
      ]),
    );
  }

  override async byDay(repository: RepositoryName): Promise<PullsByDay> {
    const rows = await this.database.query<{ readonly day: number; readonly pulls: number }>(
      READ_DAYS,
      [repository],
    );
    return new Map(rows.map(({ day, pulls }) => [day, pulls]));
  }

  override async fold(lease: Pick<Lease, 'holds'> = ALWAYS): Promise<void> {
    if (lease.holds) await this.database.query(FORGET_DAYS);
    let after: PullsKey | undefined = { repo: 0, digest: Buffer.alloc(0), is_gone: false };
    while (after !== undefined && lease.holds) after = await this.foldAfter(after, lease);
  }

  /** Forgets the manifests that no longer exist among the next rows. Resolves to the last of these, if more follow. */
  private async foldAfter(
    { repo, digest }: PullsKey,
    lease: Pick<Lease, 'holds'>,
  ): Promise<PullsKey | undefined> {
    const rows = await this.database.query<PullsKey>(FIND_GONE, [repo, digest, AT_ONCE]);
    const gone = rows.filter((row) => row.is_gone);
    if (gone.length > 0 && lease.holds) {
      const values = [gone.map((row) => row.repo), gone.map((row) => row.digest)];
      await this.database.query(FORGET_GONE, values);
    }
    return rows.length < AT_ONCE ? undefined : rows.at(-1);
  }
}
