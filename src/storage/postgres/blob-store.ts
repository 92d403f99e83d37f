import { Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { type ByteRange } from '../../domain/byte-range.js';
import { BlobStore, type BlobLocation, type OpenBlob } from '../ports/blob-store.js';
import { statement } from './database/database.js';
import { digestBytes } from './database/digest-bytes.js';
import { type ObjectId, type ObjectStore } from './objects/object-store.js';
import { type PostgresParts } from './postgres-parts.js';

/** Looks up by the full primary key, whatever the planner thinks of the number of links. */
const FIND = statement(
  'find-blob',
  `SELECT b.size, b.object FROM blobs b
   WHERE b.digest = $2
     AND EXISTS (SELECT FROM blob_links l WHERE l.repo = (SELECT id FROM repositories WHERE name = $1) AND l.blob = b.id)`,
);

interface FoundBlob {
  readonly size: number;
  readonly object: ObjectId;
}

/** The blobs of a database, whose bytes are in an object store. */
export class PostgresBlobStore extends BlobStore {
  constructor(private readonly parts: PostgresParts) {
    super();
  }

  override async stat(repository: RepositoryName, digest: Digest): Promise<number | undefined> {
    return (await this.find(repository, digest))?.size;
  }

  override async open(repository: RepositoryName, digest: Digest): Promise<OpenBlob | undefined> {
    const found = await this.find(repository, digest);
    return found && new OpenObject(this.parts.objects, found);
  }

  override locate(): Promise<BlobLocation | undefined> {
    return Promise.resolve(undefined);
  }

  override async *holders(): AsyncIterable<RepositoryName> {
    // PLACEHOLDER
  }

  override link(): Promise<boolean> {
    return Promise.reject(new Error('PLACEHOLDER'));
  }

  override unlink(): Promise<boolean> {
    return Promise.reject(new Error('PLACEHOLDER'));
  }

  private async find(repository: RepositoryName, digest: Digest): Promise<FoundBlob | undefined> {
    const values = [repository, digestBytes(digest)];
    const [found] = await this.parts.database.query<FoundBlob>(FIND, values);
    return found;
  }
}

/** An open object. Nothing is requested from the store before the first read. */
class OpenObject implements OpenBlob {
  private readonly ended = new AbortController();

  constructor(
    private readonly objects: ObjectStore,
    private readonly found: FoundBlob,
  ) {}

  get size(): number {
    return this.found.size;
  }

  read(range: ByteRange): AsyncIterable<Uint8Array> {
    return this.objects.read(this.found.object, range, this.ended.signal);
  }

  leave(): void {
    this.ended.abort();
  }

  close(): Promise<void> {
    this.ended.abort();
    return Promise.resolve();
  }
}
