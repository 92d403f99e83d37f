import { api, dataOf, type components } from '../../api/client.js';
import { askForListing, cursorQuery, type ListQuestion } from '../../api/queries.js';
import { shownList, type ShownList } from '../../parts/list-state.js';

type Repositories = components['schemas']['Repositories'];

export const DEFAULT_SORT = 'name';

/** The question for the repositories that a list shows. */
export function repositoriesIn({ search, sort }: ShownList): ListQuestion<Repositories> {
  const ask = (cursor: string | undefined, signal: AbortSignal): Promise<Repositories> => {
    const query = {
      ...cursorQuery(cursor),
      sort: sortOf(sort),
      ...(search !== '' && { q: search }),
    };
    return dataOf(api.GET('/api/v1/repositories', { params: { query }, signal }));
  };
  return {
    key: ['repositories', { search, sort }],
    ask,
    // The figures of a repository that nobody has looked at are counted after the answer.
    isUnfinished: ({ repositories }) => repositories.some(({ tags }) => tags === undefined),
  };
}

/** Asks for the repositories of an address before the page is drawn. */
export function askForRepositories(_rest: string, params: URLSearchParams): void {
  askForListing(repositoriesIn(shownList(params, DEFAULT_SORT)));
}

const SORTS = ['name', '-name', 'size', '-size', 'pushedAt', '-pushedAt'] as const;

/** An address may have any text in it. */
function sortOf(text: string): (typeof SORTS)[number] {
  return SORTS.find((sort) => sort === text) ?? DEFAULT_SORT;
}
