import { randomUUID } from 'node:crypto';

import { type ObjectId } from './object-store.js';

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
