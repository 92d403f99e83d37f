import { type Rights } from '../../access/guard/rights.js';
import { type MirrorControl } from '../../domain/mirror-control.js';
import { type IndexedRepository } from '../../inspect/repositories/repository-table.js';
import { type UsageStore } from '../../storage/ports/usage-store.js';
import { lastDays } from '../../storage/protocol/pulls-by-day.js';
import { nextTurn } from '../../storage/protocol/yield-every.js';
import { type RepositoryDto } from './repositories-api.dto.js';

/** How many repositories are looked up before other requests can run. */
const AT_ONCE = 100;

/** What is known of repositories besides their content. */
export interface RepositoryFacts {
  readonly mirrors: Pick<MirrorControl, 'mirrorOf'>;
  readonly usage: Pick<UsageStore, 'byDay'>;
}

/** Resolves to the repositories of a page as the API shows them. Other requests run meanwhile. */
export async function shownRepositories(
  items: readonly IndexedRepository[],
  rights: Rights,
  facts: RepositoryFacts,
): Promise<RepositoryDto[]> {
  const shown: RepositoryDto[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    if (from > 0) await nextTurn();
    const some = items.slice(from, from + AT_ONCE);
    shown.push(...(await Promise.all(some.map((item) => shownRepository(item, rights, facts)))));
  }
  return shown;
}

/** Resolves to a repository as the API shows it to somebody with these rights. */
export async function shownRepository(
  item: IndexedRepository,
  rights: Rights,
  { mirrors, usage }: RepositoryFacts,
): Promise<RepositoryDto> {
  const { name } = item;
  const mirror = mirrors.mirrorOf(name);
  const pullsByDay = lastDays(await usage.byDay(name), Date.now());
  return {
    name,
    ...(mirror !== undefined && { mirror }),
    ...shownFigures(item, rights),
    recentPulls: pullsByDay.reduce((sum, pulls) => sum + pulls, 0),
    pullsByDay,
  };
}

/** What a repository shares would tell who else has its blobs, so that only administrators learn it. */
function shownFigures(
  { figures, countedAt }: IndexedRepository,
  { isAdmin }: Rights,
): Partial<RepositoryDto> {
  if (figures === undefined || countedAt === undefined) return {};
  const { lastPushedAt, uniqueBytes, sharedBytes, ...counts } = figures;
  return {
    ...counts,
    ...(isAdmin && { uniqueBytes, sharedBytes }),
    ...(lastPushedAt !== undefined && { lastPushedAt: new Date(lastPushedAt).toISOString() }),
    countedAt: new Date(countedAt).toISOString(),
  };
}
