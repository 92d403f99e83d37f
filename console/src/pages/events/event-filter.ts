import { useSearchParams } from 'wouter';

import { EVENT_TYPES } from '../../parts/events/event-text.js';

/** What the list of events shows. It is in the address of the page. */
export interface EventFilter {
  /** Empty: all types. */
  readonly types: readonly string[];
  /** A pattern, such as `team/**`. Empty: all repositories. */
  readonly repositories: string;
}

/** Returns the filter of an address, which may have any text in it. */
export function filterOf(params: URLSearchParams): EventFilter {
  const asked = (params.get('types') ?? '').split(',');
  return {
    types: EVENT_TYPES.map(([type]) => type).filter((type) => asked.includes(type)),
    repositories: params.get('repositories') ?? '',
  };
}

/** Returns the filter of the page, and a function that changes it. */
export function useEventFilter(): readonly [EventFilter, (filter: EventFilter) => void] {
  const [params, setParams] = useSearchParams();
  const set = ({ types, repositories }: EventFilter): void =>
    setParams(
      new URLSearchParams({
        ...(types.length > 0 && { types: types.join(',') }),
        ...(repositories !== '' && { repositories }),
      }),
      { replace: true },
    );
  return [filterOf(params), set];
}

/** Returns what the API takes. */
export function queryOf({ types, repositories }: EventFilter): {
  readonly types?: string;
  readonly repositories?: string;
} {
  return {
    ...(types.length > 0 && { types: types.join(',') }),
    ...(repositories !== '' && { repositories }),
  };
}
