import { type Rights } from '../../access/guard/rights.js';
import { InvalidPattern, RepositoryPattern } from '../../access/policy/repository-pattern.js';
import { RegistryError } from '../../domain/errors.js';
import { type RegistryEvent } from '../../domain/registry-event.js';
import { tryParseRepositoryName } from '../../domain/repository-name.js';
import { problemOfType, type EventFilter } from '../../events/event-filter.js';
import { TextPattern } from '../../events/text-pattern.js';
import { type StreamQuery } from './events-api.dto.js';

/** An event as a caller sees it. */
export type SeenEvent = Omit<RegistryEvent, 'data'> & {
  readonly data: Partial<RegistryEvent['data']>;
};

/** Returns the filter of a query. @throws RegistryError `request-malformed` that lists every problem */
export function filterOf(
  { types, repositories }: StreamQuery,
  more: readonly string[] = [],
): EventFilter {
  const problems: string[] = [];
  const filter = {
    types: partsOf(types).map((text) => {
      const pattern = new TextPattern(text);
      problems.push(...[problemOfType(pattern, more)].filter((problem) => problem !== undefined));
      return pattern;
    }),
    repositories: partsOf(repositories).flatMap((text) => patternOf(text, problems)),
    tags: [],
  };
  if (problems.length === 0) return filter;
  throw new RegistryError('request-malformed', `a parameter is invalid: ${problems.join('; ')}`, {
    problems,
  });
}

/** Returns what a caller sees of an event, or `undefined` if it is nothing: what one may not pull does not exist. */
export function seenBy(rights: Rights, event: RegistryEvent): SeenEvent | undefined {
  const { isAdmin } = rights;
  if (event.repository === undefined) return isAdmin ? event : undefined;
  const repository = tryParseRepositoryName(event.repository);
  if (repository === undefined || !rights.has(repository, 'pull')) return undefined;
  if (isAdmin) return event;
  // The origin has addresses and programs of other people, and gaps in the sequence show how much happens elsewhere.
  const { id, type, time } = event;
  const data: { sequence?: number } = { ...event.data };
  delete data.sequence;
  return { id, type, time, repository, data };
}

function partsOf(text = ''): string[] {
  return text.split(',').filter((part) => part !== '');
}

function patternOf(text: string, problems: string[]): RepositoryPattern[] {
  try {
    return [RepositoryPattern.parse(text)];
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    problems.push(error.message);
    return [];
  }
}
