import { type ByteRange } from '../../domain/byte-range.js';
import { type Digest } from '../../domain/digest.js';
import { type RepositoryName } from '../../domain/repository-name.js';
import { BlobStore, type BlobLocation, type OpenBlob } from '../ports/blob-store.js';
import {
  findBlob,
  holdersOf,
  linkBlob,
  touchBlob,
  unlinkBlob,
  type FoundBlob,
} from './blob-rows.js';
import { type ObjectStore } from './objects/object-store.js';
import { type PostgresParts } from './database/postgres-parts.js';

/** Blobs whose facts are in the database, and whose bytes are objects. */
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

  override async locate(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<BlobLocation | undefined> {
    const found = await this.find(repository, digest);
    return found && this.parts.objects.locate(found.object);
  }

  override holders(digest: Digest, atMost?: number): AsyncIterable<RepositoryName> {
    return holdersOf(this.parts.database, digest, atMost);
  }

  override async link(
    target: RepositoryName,
    digest: Digest,
    source: RepositoryName,
  ): Promise<boolean> {
    const isLinked = await linkBlob(this.parts.database, target, digest, source);
    return isLinked || (await this.find(target, digest)) !== undefined;
  }

  /** Removes the claim only. The content goes by the collector, after its last claim and the grace period of objects. */
  override unlink(repository: RepositoryName, digest: Digest): Promise<boolean> {
    // As a transaction, it does not run again after its answer was lost, and find nothing to remove.
    return this.parts.database.transaction((queries) => unlinkBlob(queries, repository, digest));
  }

  private async find(repository: RepositoryName, digest: Digest): Promise<FoundBlob | undefined> {
    const { database, times } = this.parts;
    const found = await findBlob(database, repository, digest, times.touchAfterMs);
    if (found?.isStale !== true) return found;
    // Without a link, a collector has just removed it. A client that gets its size would not push it again.
    return (await touchBlob(database, repository, found.id)) ? found : undefined;
  }
}

/** A blob that is open. The store is asked for bytes by each `read`, not before. */
class OpenObject implements OpenBlob {
  readonly size: number;
  private readonly ended = new AbortController();

  constructor(
    private readonly objects: ObjectStore,
    private readonly blob: FoundBlob,
  ) {
    this.size = blob.size;
  }

  read(range: ByteRange): AsyncIterable<Uint8Array> {
    const { signal } = this.ended;
    return this.objects.read(this.blob.object, range, { signal, forClient: true });
  }

  leave(): void {
    this.ended.abort();
  }

  close(): Promise<void> {
    this.ended.abort();
    return Promise.resolve();
  }
}
