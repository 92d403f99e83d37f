import { RegistryError } from '../../domain/errors.js';

/** Returns the cursor of a page that follows an item with this sort key. The parts mean nothing to clients. */
export function encodeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Returns the parts of a cursor. @throws RegistryError `request-malformed` if no page of the same listing has it */
export function decodeCursor(
  cursor: string,
  kinds: readonly ('string' | 'number')[],
): (string | number)[] {
  const parts = parse(cursor);
  const fits =
    parts?.length === kinds.length && parts.every((part, index) => typeof part === kinds[index]);
  if (fits) return parts as (string | number)[];
  throw new RegistryError(
    'request-malformed',
    'the cursor is invalid: take it from the page before',
    {
      parameter: 'cursor',
    },
  );
}

function parse(cursor: string): unknown[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : undefined;
  } catch {
    return undefined;
  }
}
