import { RegistryError } from '../../domain/errors.js';
import { type Place, type RepositorySort } from './repository-table.js';

/** Returns the opaque text of the place after which the next page begins. It stays valid if the repository is removed. */
export function encodeCursor({ key, name }: Place, sort: RepositorySort): string {
  return Buffer.from(JSON.stringify([sort, key, name])).toString('base64url');
}

/** Reads a cursor of a list that is sorted by `sort`. @throws RegistryError `request-malformed` for any other text */
export function decodeCursor(cursor: string, sort: RepositorySort): Place {
  const json = parse(Buffer.from(cursor, 'base64url').toString());
  const [of, key, name] = Array.isArray(json) ? (json as unknown[]) : [];
  if (of === sort && typeof key === 'number' && typeof name === 'string') return { key, name };
  throw new RegistryError(
    'request-malformed',
    'the cursor does not belong to this list: begin at the first page, without a cursor',
    { cursor: cursor.slice(0, 200), sort },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
