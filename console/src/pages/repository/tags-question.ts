import { api, dataOf, type components } from '../../api/client.js';
import { askForListing, cursorQuery, type ListQuestion } from '../../api/queries.js';
import { shownList, type ShownList } from '../../parts/list-state.js';

type Tags = components['schemas']['Tags'];

/** How the address names the tab of tags, which is shown if it names none. */
export const TAGS = 'tags';

export const DEFAULT_SORT = '-pushedAt';

/** The question for the tags that a list shows. */
export function tagsIn(repository: string, { search, sort }: ShownList): ListQuestion<Tags> {
  return {
    key: ['tags', repository, { search, sort }],
    ask: (cursor, signal) => {
      const query = {
        ...cursorQuery(cursor),
        sort: sortOf(sort),
        ...(search !== '' && { q: search }),
      };
      const params = { path: { name: repository }, query };
      return dataOf(api.GET('/api/v1/repositories/{name}/tags', { params, signal }));
    },
  };
}

/** Asks for the tags of an address before they are drawn, if it shows tags. */
export function askForTags(repository: string, params: URLSearchParams): void {
  const tab = params.get('tab') ?? TAGS;
  if (tab === TAGS) askForListing(tagsIn(repository, shownList(params, DEFAULT_SORT)));
}

const SORTS = ['version', '-version', 'pushedAt', '-pushedAt', 'size', '-size'] as const;

/** An address may have any text in it. */
function sortOf(text: string): (typeof SORTS)[number] {
  return SORTS.find((sort) => sort === text) ?? DEFAULT_SORT;
}
