import { randomUUID } from 'node:crypto';

import { type ObjectId } from './object-store.js';

/** A UUID before all others, where a list of them begins. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Returns a name that no other object has or will have. */
export function newObjectId(): ObjectId {
  return randomUUID() as ObjectId;
}

/** Reads `text` as the name of an object. Returns `undefined` for anything else, such as a foreign file. */
export function tryParseObjectId(text: string): ObjectId | undefined {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
    ? (text as ObjectId)
    : undefined;
}
