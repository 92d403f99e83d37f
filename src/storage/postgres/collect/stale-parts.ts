import { statement } from '../database/database.js';
import { type PostgresParts } from '../database/postgres-parts.js';

const IS_NAMED = statement(
  'stale-parts-named',
  `SELECT 1 AS one WHERE EXISTS (SELECT FROM uploads WHERE object = $1)
     OR EXISTS (SELECT FROM doomed_objects WHERE object = $1)`,
);

const NOW = statement('stale-parts-now', `SELECT extract(epoch FROM now())::float8 * 1000 AS now`);

/** How old parts must be at least: an upload names its parts at the end of its first request. In milliseconds. */
const MIN_AGE_MS = 24 * 3_600_000;

/** Deletes the parts of objects that no upload names. A process that ended between two steps has left them, and stores bill for them. */
export async function abortStaleParts(
  { database, objects }: PostgresParts,
  clockAheadMs: number,
  mayGoOn: () => boolean,
): Promise<void> {
  const [clock] = await database.query<{ readonly now: number }>(NOW);
  const before = (clock?.now ?? 0) + clockAheadMs - MIN_AGE_MS;
  for await (const { id, parts, at } of objects.openParts()) {
    if (!mayGoOn()) return;
    if (at > before || (await database.query(IS_NAMED, [id])).length > 0) continue;
    await objects.abortParts(id, parts);
  }
}
