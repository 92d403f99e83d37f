import { useSearchParams } from 'wouter';

import { type Sort } from './sorting.js';

/** What a list shows. It is in the address of the page, so that a link shows the same. */
export interface ShownList {
  /** What a person searches for. Empty: everything. */
  readonly search: string;
  readonly sort: Sort;
}

/** What a list shows, and how a person changes it. */
export interface ListState extends ShownList {
  readonly setSearch: (search: string) => void;
  readonly setSort: (sort: Sort) => void;
}

/** Returns what a list shows by the query of an address. */
export function shownList(params: URLSearchParams, defaultSort: Sort): ShownList {
  return { search: params.get('q') ?? '', sort: params.get('sort') ?? defaultSort };
}

/** Returns what a list shows, from the address of the page. */
export function useListState(defaultSort: Sort): ListState {
  const [params, setParams] = useSearchParams();
  const set = (name: string, value: string): void =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return {
    ...shownList(params, defaultSort),
    setSearch: (search) => set('q', search),
    setSort: (sort) => set('sort', sort === defaultSort ? '' : sort),
  };
}
