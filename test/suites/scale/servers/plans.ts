import {
  Database,
  type Queries,
  type Statement,
  type Value,
} from '../../../../src/storage/postgres/database/database.js';

/** A statement that was run, and how many pages of 8 KiB it reads. */
export interface Explained {
  readonly name: string;
  readonly buffers: number;
  /** The plan as JSON, for the message of a test that fails. */
  readonly plan: string;
}

/** A node of a plan. The pages of a node are also those of the nodes that it runs. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'CTE Name'?: string;
  readonly 'Subplan Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

type PlanMode = 'force_generic_plan' | 'force_custom_plan';

/** Both plans that PostgreSQL may choose for a prepared statement, whatever it has seen before. */
const MODES: readonly PlanMode[] = ['force_generic_plan', 'force_custom_plan'];

/** A database that explains each statement before it runs. */
export class ExplainedDatabase extends Database {
  readonly explained: Explained[] = [];

  override async query<Row>(statement: Statement, values: readonly Value[] = []): Promise<Row[]> {
    await super.transaction((transaction) => this.explain(transaction, statement, values));
    return super.query<Row>(statement, values);
  }

  override transaction<Result>(work: (transaction: Queries) => Promise<Result>): Promise<Result> {
    return super.transaction((transaction) =>
      work({
        query: async (statement, values = []) => {
          await this.explain(transaction, statement, values);
          return transaction.query(statement, values);
        },
      }),
    );
  }

  /** Explains a statement by both plans, and undoes what it writes. */
  private async explain(
    transaction: Queries,
    { name, text }: Statement,
    values: readonly Value[],
  ): Promise<void> {
    const run = <Row>(sql: string) => transaction.query<Row>({ name: '', text: sql });
    const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
    for (const mode of MODES) {
      await run('SAVEPOINT before_plan');
      await run(`SET LOCAL plan_cache_mode = ${mode}`);
      await run(`PREPARE explained AS ${text}`);
      const [found] = await run<{ readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }>(
        `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE explained ${given}`,
      );
      const plan = found?.['QUERY PLAN'][0].Plan;
      if (plan === undefined) throw new Error(`${name} has no plan`);
      const buffers = buffersOf(plan);
      this.explained.push({ name: `${name} (${mode})`, buffers, plan: JSON.stringify(plan) });
      await run('DEALLOCATE explained');
      await run('ROLLBACK TO before_plan');
    }
  }
}

/** Returns the pages of a whole statement. Writes that nothing reads run after the plan, so its root does not have theirs. */
function buffersOf(root: PlanNode): number {
  const nodes = [...nodesOf(root)];
  const isRead = (part: string) => nodes.some((node) => node['CTE Name'] === part);
  const later = nodes.filter((node) => {
    const [, part] = /^CTE (.*)$/.exec(node['Subplan Name'] ?? '') ?? [];
    return part !== undefined && !isRead(part);
  });
  return [root, ...later].reduce((sum, node) => sum + pagesOf(node), 0);
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

function pagesOf(node: PlanNode): number {
  return (node['Shared Hit Blocks'] ?? 0) + (node['Shared Read Blocks'] ?? 0);
}

/** Returns the value as text in SQL. The type is that of the parameter. */
function literal(value: Value): string {
  if (value === null) return 'NULL';
  return `'${textOf(value).replaceAll("'", "''")}'`;
}

function textOf(value: Exclude<Value, null>): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (typeof value !== 'object') return String(value);
  const items = value.map((item) =>
    item === null ? 'NULL' : `"${textOf(item).replaceAll(/["\\]/g, String.raw`\$&`)}"`,
  );
  return `{${items.join(',')}}`;
}
