/** A part of a listing, and whether more follows. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** A second limit on a page: the sum of its items' sizes, in bytes. One item is always taken. */
export interface ByteLimit<T> {
  readonly bytes: number;
  readonly sizeOf: (item: T) => number;
}

/** The first `limit` items of a listing; all of them when `limit` is `undefined`. */
export async function takePage<T>(
  items: AsyncIterable<T>,
  limit: number | undefined,
  byteLimit?: ByteLimit<T>,
): Promise<Page<T>> {
  const taken: T[] = [];
  let bytes = 0;
  if (limit === 0) return { items: taken, more: false };
  for await (const item of items) {
    bytes += byteLimit?.sizeOf(item) ?? 0;
    const tooLong = byteLimit !== undefined && bytes > byteLimit.bytes && taken.length > 0;
    if (taken.length === limit || tooLong) return { items: taken, more: true };
    taken.push(item);
  }
  return { items: taken, more: false };
}

/** The `Link` header to the next page, RFC 8288; parameters that are `undefined` are left out. */
export function linkToNext(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): { Link: string } {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return { Link: `<${path}?${query.toString()}>; rel="next"` };
}
