import { type ByteRange } from '../../../domain/byte-range.js';
import { type BlobLocation } from '../../ports/blob-store.js';

declare const brand: unique symbol;

/** The name of an object: a random UUID that is used once, so that no late write or delete can hit another object. */
export type ObjectId = string & { readonly [brand]: 'ObjectId' };

/** A part of an object that was written in parts. */
export interface StoredPart {
  readonly number: number;
  readonly etag: string;
}

/** What was found in a store's list of objects. */
export interface ListedObject {
  readonly id: ObjectId;
  readonly size: number;
  /** When it was written, by the store's clock. In milliseconds since the epoch. */
  readonly at: number;
}

/** An object whose parts are being written. */
export interface OpenParts {
  readonly id: ObjectId;
  /** The store's name for the parts, of `createParts`. */
  readonly parts: string;
  readonly at: number;
}

/** Reports that the parts of an object are no longer there. */
export class PartsGone extends Error {
  override readonly name = 'PartsGone';

  constructor(options?: ErrorOptions) {
    super('the parts of an object are no longer there', options);
  }
}

/** How the bytes of an object are read. */
export interface ReadOptions {
  /** Ends a read that waits. */
  readonly signal?: AbortSignal;
  /** Whether a client takes the bytes, perhaps slowly. Such reads do not delay those that an upload needs. */
  readonly forClient?: boolean;
}

/**
 * Bytes under random names: a bucket, or a shared directory. The database decides which of them exist for clients.
 *
 * An object is written once and never changed. Every write is durable when it resolves. A store that fails after its own tries throws
 * `RegistryError` `storage-gone`; one that is full throws `storage-full`.
 */
export abstract class ObjectStore {
  /** Parts that are not the last one must have at least this size. In bytes. */
  abstract readonly minPartBytes: number;

  /** Writes a whole object. */
  abstract put(id: ObjectId, bytes: Uint8Array): Promise<void>;

  /** Begins an object in parts. Resolves to the store's name for them. */
  abstract createParts(id: ObjectId): Promise<string>;

  /**
   * Writes one part. Parts are put together in the order of their numbers, from 1; numbers may be left out.
   *
   * @throws PartsGone if the object was completed, or its parts were given up
   */
  abstract putPart(
    id: ObjectId,
    parts: string,
    number: number,
    bytes: Uint8Array,
  ): Promise<StoredPart>;

  /** Makes the object of exactly these parts. Resolves also if that was done before. */
  abstract completeParts(id: ObjectId, parts: string, listed: readonly StoredPart[]): Promise<void>;

  /** Deletes the parts of an unfinished object, if there are any. */
  abstract abortParts(id: ObjectId, parts: string): Promise<void>;

  /** Resolves to the size of the object in bytes, or to `undefined` if it does not exist. */
  abstract size(id: ObjectId): Promise<number | undefined>;

  /**
   * Yields the bytes of `range`, which must lie within the object. A chunk is valid only until the next one is requested.
   *
   * @throws Error if the object does not exist or is shorter
   */
  abstract read(id: ObjectId, range: ByteRange, options?: ReadOptions): AsyncIterable<Uint8Array>;

  /** Resolves to where another server or the client can get the object. */
  abstract locate(id: ObjectId): Promise<BlobLocation>;

  /** Deletes objects. Resolves to those that are gone, which those that never existed are, too. */
  abstract delete(ids: readonly ObjectId[]): Promise<readonly ObjectId[]>;

  /** Yields all objects in the order of their ids. */
  abstract list(): AsyncIterable<ListedObject>;

  /** Yields the objects whose parts are being written, in no particular order. */
  abstract openParts(): AsyncIterable<OpenParts>;

  /** Resolves to the id of the database that the objects belong to, or to `undefined` if no database has claimed them. */
  abstract owner(): Promise<string | undefined>;

  /**
   * Records that the objects belong to a database.
   *
   * Two databases may claim them at the same moment, and then the last one has them: an administrator starts one of them first.
   */
  abstract claim(database: string): Promise<void>;

  /**
   * Resolves if the store answers.
   *
   * @throws an error whose message says what is wrong
   */
  abstract ready(): Promise<void>;

  /** Says where the bytes are, for the person who starts the registry. Without any secret. */
  abstract readonly description: string;

  abstract close(): Promise<void>;
}
