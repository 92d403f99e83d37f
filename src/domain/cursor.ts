import { RegistryError } from './errors.js';

/**
 * Returns the cursor of the page that follows an item. It stays valid if the item is removed, and means nothing to clients.
 *
 * @param list names the listing and its order
 * @param place the sort key of the item
 */
export function encodeCursor(list: string, place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url');
}

/**
 * Returns the sort key in a cursor, whose parts have these types.
 *
 * @throws RegistryError `request-malformed` for a cursor of another list, and for any other text
 */
export function decodeCursor(
  cursor: string,
  list: string,
  types: readonly ('string' | 'number')[],
): (string | number)[] {
  const [of, ...place] = parse(Buffer.from(cursor, 'base64url').toString());
  const fits =
    of === list &&
    place.length === types.length &&
    place.every((part, index) => typeof part === types[index]);
  if (fits) return place as (string | number)[];
  throw new RegistryError(
    'request-malformed',
    'the cursor does not belong to this list: begin at the first page, without a cursor',
    { parameter: 'cursor', cursor: cursor.slice(0, 200), list },
  );
}

function parse(text: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(text);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
