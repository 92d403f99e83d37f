import { api, dataOf, type components } from '../../api/client.js';
import { askForListing, cursorQuery, type ListQuestion } from '../../api/queries.js';
import { shownList, type ShownList } from '../../parts/list-state.js';

type Repositories = components['schemas']['Repositories'];

export const DEFAULT_SORT = 'name';

/** What the list shows. */
interface ShownRepositories extends ShownList {
  /** The folder of the tree. Not set: all repositories. A search looks through all of them. */
  readonly under: string | undefined;
}

/** Returns the folder of the tree that an address names. */
export function folderIn(params: URLSearchParams): string | undefined {
  const folder = params.get('under') ?? undefined;
  return folder === undefined || folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
}

/** The question for the repositories that a list shows. */
export function repositoriesIn({
  search,
  sort,
  under,
}: ShownRepositories): ListQuestion<Repositories> {
  const ask = (cursor: string | undefined, signal: AbortSignal): Promise<Repositories> => {
    const query = {
      ...cursorQuery(cursor),
      sort: sortOf(sort),
      ...(search !== '' && { q: search }),
      ...(under !== undefined && search === '' && { under }),
    };
    return dataOf(api.GET('/api/v1/repositories', { params: { query }, signal }));
  };
  return {
    key: ['repositories', { search, sort, under }],
    ask,
    // The figures of a repository that nobody has looked at are counted after the answer.
    isUnfinished: ({ repositories }) => repositories.some(({ tags }) => tags === undefined),
  };
}

/** Asks for the repositories of an address before the page is drawn. */
export function askForRepositories(_rest: string, params: URLSearchParams): void {
  const under = folderIn(params);
  askForListing(repositoriesIn({ ...shownList(params, DEFAULT_SORT), under }));
}

const SORTS = ['name', '-name', 'size', '-size', 'pushedAt', '-pushedAt'] as const;

/** An address may have any text in it. */
function sortOf(text: string): (typeof SORTS)[number] {
  return SORTS.find((sort) => sort === text) ?? DEFAULT_SORT;
}
