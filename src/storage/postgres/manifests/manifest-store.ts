import { type Descriptor } from '../../../domain/descriptor.js';
import { type Digest } from '../../../domain/digest.js';
import { type TagName } from '../../../domain/reference.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import {
  ManifestStore,
  type ManifestRemovalOptions,
  type ManifestStat,
  type OpenManifest,
  type Publication,
  type PublishResult,
  type RemovedManifest,
  type StoredManifest,
} from '../../ports/manifest-store.js';
import { type Database, type Statement } from '../database/database.js';
import { digestBytes, digestOf } from '../database/digest-bytes.js';
import { keysetPages } from '../database/keyset-pages.js';
import { type PostgresOutbox } from '../events/outbox.js';
import { ManifestRemover } from './manifest-remover.js';
import {
  LIST_DIGESTS,
  LIST_REFERRERS,
  OPEN_TAGGED,
  READ_MANIFEST,
  STAT_MANIFEST,
  TOUCH_MANIFEST,
  type ManifestRow,
  type ReferrerRow,
  type StatRow,
  type UsedRow,
} from './manifest-statements.js';
import { Publisher } from './publisher.js';

/** What the stores of manifests and tags are made of. */
export interface ManifestParts {
  readonly database: Database;
  readonly outbox: PostgresOutbox;
  /** Access refreshes a last-used time that is older than this. In milliseconds. */
  readonly touchAfterMs: number;
}

/** The manifests in the database. */
export class PostgresManifestStore extends ManifestStore {
  private readonly database: Database;
  private readonly publisher: Publisher;
  private readonly remover: ManifestRemover;

  constructor(private readonly parts: ManifestParts) {
    super();
    this.database = parts.database;
    this.publisher = new Publisher(parts.database, parts.outbox);
    this.remover = new ManifestRemover(parts.database, parts.outbox);
  }

  override async stat(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<ManifestStat | undefined> {
    const found = await this.find<StatRow>(STAT_MANIFEST, repository, digestBytes(digest));
    return found && { mediaType: found.media_type, size: found.size };
  }

  override async read(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<StoredManifest | undefined> {
    const found = await this.find<ManifestRow>(READ_MANIFEST, repository, digestBytes(digest));
    return found && { mediaType: found.media_type, bytes: found.payload };
  }

  /** Reads all bytes: the row may be removed while a slow client reads. */
  override async open(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<OpenManifest | undefined> {
    const found = await this.read(repository, digest);
    return found && { mediaType: found.mediaType, content: found.bytes };
  }

  override async openTagged(
    repository: RepositoryName,
    tag: TagName,
  ): Promise<(OpenManifest & { readonly digest: Digest }) | undefined> {
    const found = await this.find<ManifestRow>(OPEN_TAGGED, repository, tag);
    return (
      found && {
        mediaType: found.media_type,
        content: found.payload,
        digest: digestOf(found.digest),
      }
    );
  }

  override publish(repository: RepositoryName, publication: Publication): Promise<PublishResult> {
    return this.publisher.publish(repository, publication);
  }

  override remove(
    repository: RepositoryName,
    digest: Digest,
    options: ManifestRemovalOptions = {},
  ): Promise<RemovedManifest | undefined> {
    return this.remover.remove(repository, digest, options);
  }

  override async *referrers(
    repository: RepositoryName,
    subject: Digest,
    after?: Digest,
    atMost?: number,
  ): AsyncIterable<Descriptor> {
    const first = after === undefined ? Buffer.alloc(0) : digestBytes(after);
    const about = digestBytes(subject);
    const rows = keysetPages<ReferrerRow>((last, limit) => {
      return this.database.query(LIST_REFERRERS, [repository, about, last?.digest ?? first, limit]);
    }, atMost);
    for await (const row of rows) yield descriptorOf(row);
  }

  override async *digests(repository: RepositoryName, atMost?: number): AsyncIterable<Digest> {
    const rows = keysetPages<Pick<ManifestRow, 'digest'>>((last, limit) => {
      return this.database.query(LIST_DIGESTS, [
        repository,
        last?.digest ?? Buffer.alloc(0),
        limit,
      ]);
    }, atMost);
    for await (const { digest } of rows) yield digestOf(digest);
  }

  /** Finds a manifest and refreshes its last-used time if that is old. */
  private async find<Row extends UsedRow>(
    by: Statement,
    repository: RepositoryName,
    key: Buffer | TagName,
  ): Promise<Row | undefined> {
    const { touchAfterMs } = this.parts;
    const [found] = await this.database.query<Row>(by, [repository, key, touchAfterMs]);
    if (found?.is_stale !== true) return found;
    // Without a row, a collector has just removed the manifest.
    const touched = await this.database.query(TOUCH_MANIFEST, [found.id]);
    return touched.length > 0 ? found : undefined;
  }
}

function descriptorOf({ media_type, digest, size, referrer }: ReferrerRow): Descriptor {
  const rest = JSON.parse(referrer ?? '{}') as Pick<Descriptor, 'artifactType' | 'annotations'>;
  return { mediaType: media_type, digest: digestOf(digest), size, ...rest };
}
