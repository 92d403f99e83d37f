import { type TagName } from '../../domain/reference.js';
import { type ListedTag } from '../ports/statistics.js';

/** Returns what a list for people has of a tag: less than its record, because thousands are kept in memory. */
export function listedTag(
  tag: TagName,
  { digest, pushedAt, by }: Omit<ListedTag, 'tag'>,
): ListedTag {
  return { tag, digest, pushedAt, ...(by !== undefined && { by }) };
}
