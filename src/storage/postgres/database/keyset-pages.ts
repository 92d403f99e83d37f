/** How many rows the first page of a listing has, and how many the later ones have. */
const FIRST_PAGE = 100;
const NEXT_PAGES = 1_000;

/**
 * Yields the rows of a listing page by page, so that no connection waits for the caller.
 *
 * @param fetch resolves to the rows after a row, or to the first ones: at most `limit`, in the order of the listing
 * @param atMost a hint: how many rows the caller will take
 * @param most the most rows of a page, where rows are large
 */
export async function* keysetPages<Row>(
  fetch: (after: Row | undefined, limit: number) => Promise<readonly Row[]>,
  atMost = FIRST_PAGE,
  most = NEXT_PAGES,
): AsyncGenerator<Row, void, undefined> {
  let limit = Math.min(Math.max(atMost, 1), most);
  for (let after: Row | undefined; ; limit = most) {
    const rows = await fetch(after, limit);
    yield* rows;
    if (rows.length < limit) return;
    after = rows.at(-1);
  }
}

/**
 * Returns a text that PostgreSQL accepts and that sorts among names as `text` does. PostgreSQL has no zero byte, and neither has a name:
 * so a name is after the text if and only if it is after the part before that byte.
 */
export function sortableText(text: string): string {
  return text.split('\0', 1)[0] ?? '';
}
