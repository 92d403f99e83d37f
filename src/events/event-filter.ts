import { EVENT_TYPES, type RegistryEvent } from '../domain/registry-event.js';
import { tryParseRepositoryName } from '../domain/repository-name.js';
import { type RepositoryPattern } from '../access/policy/repository-pattern.js';
import { type TextPattern } from './text-pattern.js';

/** Which events somebody wants. An empty list accepts everything. */
export interface EventFilter {
  readonly types: readonly TextPattern[];
  readonly repositories: readonly RepositoryPattern[];
  readonly tags: readonly TextPattern[];
}

/** What a filter looks at. */
export type FilteredEvent = Pick<RegistryEvent, 'repository'> & {
  readonly type: string;
  readonly data: object & { readonly tag?: string; readonly tags?: readonly string[] };
};

/** Returns whether a filter accepts an event. With patterns of repositories or tags, an event without one is not accepted. */
export function accepts({ types, repositories, tags }: EventFilter, event: FilteredEvent): boolean {
  if (types.length > 0 && !types.some((pattern) => pattern.matches(event.type))) return false;
  const name = tryParseRepositoryName(event.repository ?? '');
  if (repositories.length > 0) {
    if (name === undefined || !repositories.some((pattern) => pattern.matches(name))) return false;
  }
  return tags.length === 0 || tagsOf(event).some((tag) => tags.some((one) => one.matches(tag)));
}

/** Returns why a pattern of types is useless, or `undefined`. */
export function problemOfType(
  pattern: TextPattern,
  more: readonly string[] = [],
): string | undefined {
  const known = [...EVENT_TYPES, ...more];
  if (known.some((type) => pattern.matches(type))) return undefined;
  return `no event has the type ${pattern.text}; types: ${known.join(', ')}`;
}

function tagsOf({ data: { tag, tags = [] } }: FilteredEvent): readonly string[] {
  return tag === undefined ? tags : [tag];
}
