import { type ByteRange } from '../../../../src/domain/byte-range.js';
import { type BlobLocation } from '../../../../src/storage/ports/blob-store.js';
import {
  ObjectStore,
  type ListedObject,
  type ObjectId,
  type OpenParts,
  type ReadOptions,
  type StoredPart,
} from '../../../../src/storage/postgres/objects/object-store.js';

/** The requests that change or read objects. */
export type ObjectRequest = 'put' | 'create' | 'part' | 'complete' | 'abort' | 'size' | 'read';

/** Passes everything on to another store, and records what was asked for. */
export class CountedObjects extends ObjectStore {
  readonly requests: ObjectRequest[] = [];
  /** Called before each request. A test can delay it, or make it fail. */
  before: (request: ObjectRequest) => Promise<void> = () => Promise.resolve();

  constructor(private readonly inner: ObjectStore) {
    super();
  }

  override get minPartBytes(): number {
    return this.inner.minPartBytes;
  }

  override get description(): string {
    return this.inner.description;
  }

  override async put(id: ObjectId, bytes: Uint8Array): Promise<void> {
    await this.note('put');
    await this.inner.put(id, bytes);
  }

  override async createParts(id: ObjectId): Promise<string> {
    await this.note('create');
    return this.inner.createParts(id);
  }

  override async putPart(
    id: ObjectId,
    parts: string,
    number: number,
    bytes: Uint8Array,
  ): Promise<StoredPart> {
    await this.note('part');
    return this.inner.putPart(id, parts, number, bytes);
  }

  override async completeParts(
    id: ObjectId,
    parts: string,
    listed: readonly StoredPart[],
  ): Promise<void> {
    await this.note('complete');
    await this.inner.completeParts(id, parts, listed);
  }

  override async abortParts(id: ObjectId, parts: string): Promise<void> {
    await this.note('abort');
    await this.inner.abortParts(id, parts);
  }

  override async size(id: ObjectId): Promise<number | undefined> {
    await this.note('size');
    return this.inner.size(id);
  }

  override async *read(
    id: ObjectId,
    range: ByteRange,
    options?: ReadOptions,
  ): AsyncIterable<Uint8Array> {
    await this.note('read');
    yield* this.inner.read(id, range, options);
  }

  override locate(id: ObjectId): Promise<BlobLocation> {
    return this.inner.locate(id);
  }

  override delete(ids: readonly ObjectId[]): Promise<readonly ObjectId[]> {
    return this.inner.delete(ids);
  }

  override list(): AsyncIterable<ListedObject> {
    return this.inner.list();
  }

  override openParts(): AsyncIterable<OpenParts> {
    return this.inner.openParts();
  }

  override owner(): Promise<string | undefined> {
    return this.inner.owner();
  }

  override claim(database: string): Promise<void> {
    return this.inner.claim(database);
  }

  override ready(): Promise<void> {
    return this.inner.ready();
  }

  override close(): Promise<void> {
    return this.inner.close();
  }

  /** Returns how often each request was made, without those of `size`. */
  counts(): Partial<Record<ObjectRequest, number>> {
    const counted: Partial<Record<ObjectRequest, number>> = {};
    for (const request of this.requests) counted[request] = (counted[request] ?? 0) + 1;
    return counted;
  }

  private async note(request: ObjectRequest): Promise<void> {
    this.requests.push(request);
    await this.before(request);
  }
}
