import { type ListedTag, type RepositoryFigures } from '../../ports/statistics.js';

/** The figures of a repository's tags. */
export type TagFigures = Pick<RepositoryFigures, 'tags' | 'lastPushedAt' | 'lastPushedBy'>;

/** Returns the figures with one more tag. A record without a valid time counts all the same. */
export function withTag(
  { tags, ...last }: TagFigures,
  { pushedAt, by }: Pick<ListedTag, 'pushedAt' | 'by'>,
): TagFigures {
  const isLast = !isNaN(pushedAt) && pushedAt >= (last.lastPushedAt ?? -Infinity);
  if (!isLast) return { tags: tags + 1, ...last };
  return { tags: tags + 1, lastPushedAt: pushedAt, ...(by !== undefined && { lastPushedBy: by }) };
}
