/**
 * Yields the ids of a table in windows of some rows each, as `(after, last]`.
 *
 * @param next resolves to one row with the last id of the window that begins after an id, or with NULL if there are no more
 */
export async function* rowWindows(
  next: (after: number) => Promise<readonly { readonly last: number | null }[]>,
): AsyncGenerator<readonly [after: number, last: number]> {
  for (let after = 0; ;) {
    const last = (await next(after))[0]?.last ?? undefined;
    if (last === undefined) return;
    yield [after, last];
    after = last;
  }
}
