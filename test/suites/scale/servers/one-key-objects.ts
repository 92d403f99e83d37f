import { type ByteRange } from '../../../../src/domain/byte-range.js';
import {
  type ObjectId,
  type ReadOptions,
} from '../../../../src/storage/postgres/objects/object-store.js';
import { CountedObjects } from './counted-objects.js';

/** The one key. */
const KEY = '11111111-1111-4111-8111-111111111111' as ObjectId;

/** What must not be: a store in which all objects of an upload have the same key, so that a late write replaces others. */
export class OneKeyObjects extends CountedObjects {
  override put(_id: ObjectId, bytes: Uint8Array): Promise<void> {
    return super.put(KEY, bytes);
  }

  override size(): Promise<number | undefined> {
    return super.size(KEY);
  }

  override read(_id: ObjectId, range: ByteRange, options?: ReadOptions): AsyncIterable<Uint8Array> {
    return super.read(KEY, range, options);
  }
}
