import { type RepositoryFigures } from '../../ports/statistics.js';

/** The figures of a repository's tags. */
export type TagFigures = Pick<RepositoryFigures, 'tags' | 'lastPushedAt'>;

/** Returns the figures with one more tag, set at `pushedAt`. A record without a valid time counts all the same. */
export function withTag({ tags, lastPushedAt }: TagFigures, pushedAt: number): TagFigures {
  const times = [lastPushedAt, pushedAt].filter((time) => time !== undefined && !isNaN(time));
  return times.length === 0
    ? { tags: tags + 1 }
    : { tags: tags + 1, lastPushedAt: Math.max(...(times as number[])) };
}
