/** A part of a listing, and whether more follows. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly more: boolean;
}

/** A second limit on a page: the sum of its items' sizes, in bytes. A page has at least one item all the same. */
export interface ByteLimit<T> {
  readonly bytes: number;
  readonly sizeOf: (item: T) => number;
}

/** Resolves to the first `limit` items of a listing, or to all of them if `limit` is `undefined`. */
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
