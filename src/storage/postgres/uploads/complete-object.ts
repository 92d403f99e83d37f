import { newObjectId } from '../objects/object-id.js';
import {
  PartsGone,
  type ObjectId,
  type ObjectStore,
  type StoredPart,
} from '../objects/object-store.js';
import { type PostgresParts } from '../database/postgres-parts.js';
import { type Hold } from './hold.js';
import { partsOf } from './staged-rows.js';
import { type UploadRow } from './upload-rows.js';

/**
 * Makes the bytes of a session one object, which is durable and has the right size, and resolves to it. It may be done again: after a crash
 * the object is there already.
 *
 * @throws Error if the object has another size
 */
export async function completeObject(
  { database, objects }: PostgresParts,
  row: UploadRow,
  hold: Hold,
): Promise<ObjectId> {
  const { object, parts, received } = row;
  if (object === null) {
    const empty = newObjectId();
    await objects.put(empty, new Uint8Array());
    return empty;
  }
  if (parts === null) return object;
  try {
    const last = await putTail(objects, row, hold);
    const listed = await partsOf(database, row.id);
    await objects.completeParts(object, parts, [...listed, ...last]);
  } catch (error) {
    // Then the size decides whether the object was completed by an attempt before.
    if (!(error instanceof PartsGone)) throw error;
  }
  const size = await objects.size(object);
  if (size !== received) {
    throw new Error(`an upload of ${received} bytes became an object of ${size ?? 'no'} bytes`);
  }
  return object;
}

/** Writes the bytes that were too few for a part as the last part, which may be small. */
async function putTail(
  objects: ObjectStore,
  { object, parts, tail, tailSize, received }: UploadRow,
  hold: Hold,
): Promise<StoredPart[]> {
  if (object === null || parts === null || tail === null) return [];
  const chunks: Buffer[] = [];
  for await (const chunk of objects.read(tail, { start: 0, end: tailSize - 1 })) {
    chunks.push(Buffer.from(chunk));
  }
  const number = await hold.reserve(received);
  return [await objects.putPart(object, parts, number, Buffer.concat(chunks))];
}
