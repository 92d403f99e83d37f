/**
 * Returns the target of the link to the next page, as the registry wrote it.
 *
 * @see RFC 8288, section 3
 */
export function nextLink(header: string | readonly string[] | undefined): string | undefined {
  const links = [header ?? ''].flat().join(', ');
  for (const [, target, parameters = ''] of links.matchAll(/<([^>]*)>((?:\s*;[^,<]*)*)/g)) {
    if (/;\s*rel="?next"?\s*(;|$)/i.test(parameters)) return target;
  }
  return undefined;
}

/**
 * Returns what asks for the page that a link leads to: the last tag of the page before, or the query of the link.
 *
 * A query begins with `?`, which no tag does. Quay, for one, has tokens instead of tags.
 */
export function cursorOf(link: string): string | undefined {
  const query = URL.parse(link, 'http://registry.invalid')?.searchParams;
  if (query === undefined || query.size === 0) return undefined;
  const last = query.get('last');
  const isUsual = [...query.keys()].every((name) => name === 'n' || name === 'last');
  return last !== null && last !== '' && isUsual ? last : `?${query.toString()}`;
}

/** Returns the query that asks for a page of at most `size` entries. */
export function pageQuery(size: number, after: string | undefined): string {
  if (after?.startsWith('?') === true) return after;
  const last = after === undefined ? '' : `&last=${encodeURIComponent(after)}`;
  return `?n=${size}${last}`;
}
